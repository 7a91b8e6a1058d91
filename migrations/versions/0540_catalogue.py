"""Indexes by which rules find the few things that are due these days among all that ever were."""

from alembic import op

revision = "0540"
down_revision = "0530"
branch_labels = None
depends_on = None

COLUMNS = (
    ("meeting_action", "due_on"),
    ("conversation", "follow_up_on"),
    ("practice_example", "review_by"),
    ("adoption", "created_at"),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.create_index(f"ix__{table}__{column}", table, [column])


def downgrade() -> None:
    for table, column in reversed(COLUMNS):
        op.drop_index(f"ix__{table}__{column}", table_name=table)
