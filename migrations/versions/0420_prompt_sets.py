"""0420_prompt_sets."""

revision = "0420"
down_revision = "0410"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
