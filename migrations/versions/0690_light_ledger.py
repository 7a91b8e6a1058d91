"""A ledger that is cheap to write: every step of a mail changes a row of it, and most of what that cost were indexes.

A change of a column that only BRIN indexes know leaves the other indexes alone (a HOT update, where the page has room).
"""

import sqlalchemy as sa
from alembic import op

revision = "0690"
down_revision = "0680"
branch_labels = None
depends_on = None

TABLE = "notice"
BRIN = {"postgresql_using": "brin"}


def upgrade() -> None:
    op.execute("ALTER TABLE notice SET (fillfactor = 60)")
    for name in ("mail_id", "finished", "unread", "recipient_id"):
        op.drop_index(f"ix__notice__{name}", TABLE)
    op.create_index(
        "ix__notice__mail_id", TABLE, ["mail_id"], **BRIN, postgresql_ops={"mail_id": "uuid_bloom_ops"}
    )
    op.create_index("ix__notice__finished", TABLE, ["finished_at"], **BRIN)
    op.create_index("ix__notice__of_person", TABLE, ["recipient_id", "ready_at"])


def downgrade() -> None:
    for name in ("of_person", "finished", "mail_id"):
        op.drop_index(f"ix__notice__{name}", TABLE)
    op.create_index("ix__notice__recipient_id", TABLE, ["recipient_id"])
    op.create_index(
        "ix__notice__unread", TABLE, ["recipient_id", "ready_at"], postgresql_where=sa.text("read_at IS NULL")
    )
    op.create_index(
        "ix__notice__finished",
        TABLE,
        ["finished_at"],
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )
    op.create_index(
        "ix__notice__mail_id", TABLE, ["mail_id"], postgresql_where=sa.text("mail_id IS NOT NULL")
    )
    op.execute("ALTER TABLE notice RESET (fillfactor)")
