"""Passkeys, second factor and recovery codes."""

from alembic import op  # noqa: F401 filled in by the part that owns this file

revision = "0310"
down_revision = "0171"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
