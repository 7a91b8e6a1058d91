"""Locked members and the steps of an intervision."""

from alembic import op  # noqa: F401 filled in by the part that owns this file

revision = "0360"
down_revision = "0350"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
