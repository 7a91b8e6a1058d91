"""Who was asked for feedback on whose reflection, and since when a reflection is with the trainer.

What was submitted before went to the trainer at once, so it stays where it is in the queue.
"""

import sqlalchemy as sa
from alembic import op

revision = "0430"
down_revision = "0420"
branch_labels = None
depends_on = None

# Whoever was asked, was asked: an assignment ends once, and nothing else of it changes.
KEEP_ASSIGNMENT = """
CREATE FUNCTION keep_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('peergang.erasing', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.state = 'open'
      AND to_jsonb(NEW) - '{state,reason,ended_at}'::text[] = to_jsonb(OLD) - '{state,reason,ended_at}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an assignment that ended stays as it is' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
TRIGGER = (
    "CREATE TRIGGER assignment_stays BEFORE UPDATE OR DELETE ON feedback_assignment"
    " FOR EACH ROW EXECUTE FUNCTION keep_assignment()"
)
KEYS = {
    "receiver_id": "enrolment.id",
    "giver_id": "enrolment.id",
    "replaces_id": "feedback_assignment.id",
    "asked_by_id": "user.id",
}
BACKFILL = """
UPDATE reflection SET for_trainer_at = submitted_at
WHERE state IN ('submitted', 'in_review', 'returned', 'approved')
"""


def _key(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk__feedback_assignment__{column}"))


def upgrade() -> None:
    _add_to_reflection()
    _create_assignment()
    op.execute(KEEP_ASSIGNMENT)
    op.execute(TRIGGER)


def _add_to_reflection() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("reflection", sa.Column("for_trainer_at", moment, nullable=True))
    op.execute(BACKFILL)
    op.create_unique_constraint(op.f("uq__reflection__id_enrolment_id"), "reflection", ["id", "enrolment_id"])
    op.create_index(
        "ix__reflection__for_trainer",
        "reflection",
        ["for_trainer_at"],
        postgresql_where="state IN ('submitted','in_review')",
    )


def _create_assignment() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "feedback_assignment",
        sa.Column("reflection_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("assigned_at", moment, nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.CheckConstraint("giver_id <> receiver_id", name=op.f("ck__feedback_assignment__never_oneself")),
        sa.CheckConstraint("round BETWEEN 1 AND 20", name=op.f("ck__feedback_assignment__round_sane")),
        sa.CheckConstraint(
            "state IN ('open','given','released')", name=op.f("ck__feedback_assignment__state_known")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at IS NULL)", name=op.f("ck__feedback_assignment__ended_has_moment")
        ),
        sa.CheckConstraint(
            "(state = 'released') = (reason <> '')",
            name=op.f("ck__feedback_assignment__released_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["reflection_id", "receiver_id"],
            ["reflection.id", "reflection.enrolment_id"],
            name=op.f("fk__feedback_assignment__reflection_id_receiver_id"),
        ),
        *(_key(column, target) for column, target in KEYS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__feedback_assignment")),
    )
    for column in ("reflection_id", *KEYS):
        op.create_index(f"ix__feedback_assignment__{column}", "feedback_assignment", [column])
    op.create_index(
        "uq__feedback_assignment__standing",
        "feedback_assignment",
        ["reflection_id", "giver_id"],
        unique=True,
        postgresql_where="state <> 'released'",
    )


def downgrade() -> None:
    op.drop_table("feedback_assignment")
    op.execute("DROP FUNCTION keep_assignment()")
    op.drop_index("ix__reflection__for_trainer", table_name="reflection")
    op.drop_constraint(op.f("uq__reflection__id_enrolment_id"), "reflection", type_="unique")
    op.drop_column("reflection", "for_trainer_at")
