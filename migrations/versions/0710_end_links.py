"""Keep of the links that end a report only their hashes; new links are signed and kept nowhere."""

import sqlalchemy as sa
from alembic import op

revision = "0710"
down_revision = "0700"
branch_labels = None
depends_on = None

TABLE = "report_subscription"
HASH = "UPDATE report_subscription SET old_end_token = sha256(convert_to(end_token, 'UTF8'))"
RANDOM = (
    "UPDATE report_subscription"
    " SET end_token = replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')"
)


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("old_end_token", sa.LargeBinary(), nullable=True))
    op.create_unique_constraint(op.f(f"uq__{TABLE}__old_end_token"), TABLE, ["old_end_token"])
    op.execute(HASH)
    op.drop_column(TABLE, "end_token")


def downgrade() -> None:
    # What was hashed cannot be read back: links in mails that were sent lead nowhere then; the page with reports still ends them.
    op.add_column(TABLE, sa.Column("end_token", sa.String(), nullable=True))
    op.execute(RANDOM)
    op.alter_column(TABLE, "end_token", nullable=False)
    op.create_unique_constraint(op.f(f"uq__{TABLE}__end_token"), TABLE, ["end_token"])
    op.drop_column(TABLE, "old_end_token")
