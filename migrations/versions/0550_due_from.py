"""Since when a message should have gone, apart from when it is tried next: how long the queue waits is counted from there."""

import sqlalchemy as sa
from alembic import op

revision = "0550"
down_revision = "0545"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice", sa.Column("due_from", sa.DateTime(timezone=True), nullable=True))
    # What judgment lets wait at this moment was told until when.
    op.execute(
        "UPDATE notice SET due_from = not_before WHERE state = 'queued' "
        "AND reason IN ('quiet', 'here', 'daily', 'weekly', 'budget')"
    )


def downgrade() -> None:
    op.drop_column("notice", "due_from")
