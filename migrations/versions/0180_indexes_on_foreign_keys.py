"""Indexes for foreign keys that pages and rules follow from the other side."""

from alembic import op

revision = "0180"
down_revision = "0170"
branch_labels = None
depends_on = None

COLUMNS = (
    ("practice_example", "enrolment_id"),
    ("practice_example", "activity_id"),
    # The unique index covers current memberships only; the history of somebody's groups is asked for as well.
    ("peer_group_membership", "enrolment_id"),
    ("enrolment", "affiliation_id"),
    ("reflection", "reviewer_id"),
    ("cohort_activity", "activity_id"),
    ("conversation", "enrolment_id"),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.create_index(op.f(f"ix__{table}__{column}"), table, [column])


def downgrade() -> None:
    for table, column in COLUMNS:
        op.drop_index(op.f(f"ix__{table}__{column}"), table_name=table)
