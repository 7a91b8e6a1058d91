"""0470_discussion."""

revision = "0470"
down_revision = "0460"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
