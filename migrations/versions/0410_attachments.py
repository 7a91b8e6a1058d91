"""0410_attachments."""

revision = "0410"
down_revision = "0380"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
