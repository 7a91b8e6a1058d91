"""Mergers, places and regions of institutions."""

from alembic import op  # noqa: F401 filled in by the part that owns this file

revision = "0320"
down_revision = "0315"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
