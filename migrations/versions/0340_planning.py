"""Free periods, single dates and extensions."""

from alembic import op  # noqa: F401 filled in by the part that owns this file

revision = "0340"
down_revision = "0330"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
