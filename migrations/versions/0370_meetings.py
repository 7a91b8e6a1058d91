"""Agenda, sign-off, self check-in, notes and the calendar feed."""

from alembic import op  # noqa: F401 filled in by the part that owns this file

revision = "0370"
down_revision = "0360"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
