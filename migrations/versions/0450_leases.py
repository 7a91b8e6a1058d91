"""A trainer has a reflection in hand for a while, and every waiting one has a promise and somebody it is suggested to."""

import sqlalchemy as sa
from alembic import op

revision = "0450"
down_revision = "0440"
branch_labels = None
depends_on = None

# Who has something in hand keeps it half an hour, unless the author was asked to talk first. What waits was promised an
# answer in five days; weekends make that a week.
EXISTING = """
UPDATE reflection SET
  suggested_reviewer_id = reviewer_id,
  promised_on = CASE WHEN for_trainer_at IS NOT NULL THEN (for_trainer_at AT TIME ZONE 'Europe/Amsterdam')::date + 7 END,
  lease_until = CASE WHEN state = 'in_review' AND NOT EXISTS (
    SELECT FROM review JOIN reflection_version ON reflection_version.id = review.version_id
    WHERE reflection_version.reflection_id = reflection.id AND review.reviewer_id = reflection.reviewer_id
      AND review.decision = 'talk_first' AND review.sent_at >= reflection.submitted_at
  ) THEN now() + interval '30 minutes' END
WHERE state IN ('submitted', 'in_review')
"""


def upgrade() -> None:
    op.add_column("reflection", sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reflection", sa.Column("promised_on", sa.Date(), nullable=True))
    for column in ("suggested_reviewer_id", "covering_for_id"):
        op.add_column("reflection", sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(op.f(f"fk__reflection__{column}"), "reflection", "user", [column], ["id"])
        op.create_index(op.f(f"ix__reflection__{column}"), "reflection", [column])
    op.execute(EXISTING)
    _absences()
    _hand_overs()


def _absences() -> None:
    op.create_table(
        "trainer_absence",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("cover_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__trainer_absence")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__trainer_absence__user_id")),
        sa.ForeignKeyConstraint(["cover_id"], ["user.id"], name=op.f("fk__trainer_absence__cover_id")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck__trainer_absence__absence_forward")),
        sa.CheckConstraint("cover_id <> user_id", name=op.f("ck__trainer_absence__covered_by_another")),
    )
    op.create_index(op.f("ix__trainer_absence__user_id"), "trainer_absence", ["user_id"])
    op.create_index(op.f("ix__trainer_absence__cover_id"), "trainer_absence", ["cover_id"])


def _hand_overs() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("reflection_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__hand_over")),
        sa.ForeignKeyConstraint(
            ["reflection_id"], ["reflection.id"], name=op.f("fk__hand_over__reflection_id")
        ),
        sa.ForeignKeyConstraint(["from_id"], ["user.id"], name=op.f("fk__hand_over__from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["user.id"], name=op.f("fk__hand_over__to_id")),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck__hand_over__to_another")),
    )
    for column in ("reflection_id", "from_id", "to_id"):
        op.create_index(op.f(f"ix__hand_over__{column}"), "hand_over", [column])


def downgrade() -> None:
    op.drop_table("hand_over")
    op.drop_table("trainer_absence")
    for column in ("covering_for_id", "suggested_reviewer_id"):
        op.drop_column("reflection", column)
    op.drop_column("reflection", "promised_on")
    op.drop_column("reflection", "lease_until")
