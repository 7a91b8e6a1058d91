"""Joining by link, and what an import knows."""

from alembic import op  # noqa: F401 filled in by the part that owns this file

revision = "0350"
down_revision = "0340"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
