"""When somebody was erased: their account never opens again."""

import sqlalchemy as sa
from alembic import op

revision = "0490"
down_revision = "0480"
branch_labels = None
depends_on = None

CLOSED = op.f("ck__user__erased_is_closed")


def upgrade() -> None:
    op.add_column("user", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(CLOSED, "user", "erased_at IS NULL OR deactivated_at IS NOT NULL")


def downgrade() -> None:
    op.drop_constraint(CLOSED, "user")
    op.drop_column("user", "erased_at")
