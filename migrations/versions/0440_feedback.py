"""0440_feedback."""

revision = "0440"
down_revision = "0430"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
