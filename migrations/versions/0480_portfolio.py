"""0480_portfolio."""

revision = "0480"
down_revision = "0470"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
