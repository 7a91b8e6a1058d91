"""Which version of a rule completed an activity, and completion by a trainer's judgment.

A fact still cannot be changed or removed, with one exception: a fact that rests on nothing but an override makes way once
that override was taken back. The database sees to both sides: the fact goes only when the override says so, and no fact can
be written on one that was taken back (whoever writes it waits for who takes back, because the override's row is the lock).
"""

import sqlalchemy as sa
from alembic import op

revision = "0610"
down_revision = "0550"
branch_labels = None
depends_on = None

KEEP_COMPLETION = """
CREATE FUNCTION keep_completion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('peergang.erasing', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE' AND OLD.evidence_kind = 'override' AND EXISTS (
    SELECT FROM completion_override WHERE id = OLD.evidence_id AND taken_back_at IS NOT NULL
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is a fact and stays as it is', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

# A fact that came along just after its override was taken back is passed over; one about somebody else's is a mistake.
REST_ON_OVERRIDE = """
CREATE FUNCTION rest_on_override() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  basis completion_override%ROWTYPE;
BEGIN
  SELECT * INTO basis FROM completion_override WHERE id = NEW.evidence_id FOR SHARE;
  IF NOT FOUND OR basis.enrolment_id <> NEW.enrolment_id THEN
    RAISE EXCEPTION 'a completion by judgment needs its own override' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF basis.taken_back_at IS NOT NULL THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$
"""

# Only taking back comes afterwards, once. Words and names go at erasure.
KEEP_OVERRIDE = """
CREATE FUNCTION keep_override() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('peergang.erasing', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.taken_back_at IS NULL
      AND to_jsonb(NEW) - 'taken_back_at' - 'taken_back_by_id' = to_jsonb(OLD) - 'taken_back_at' - 'taken_back_by_id' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a % stays as it is', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

TRIGGERS = (
    "CREATE TRIGGER completion_stays BEFORE UPDATE OR DELETE ON activity_completion"
    " FOR EACH ROW EXECUTE FUNCTION keep_completion()",
    "CREATE TRIGGER completion_rests BEFORE INSERT ON activity_completion"
    " FOR EACH ROW WHEN (NEW.evidence_kind = 'override') EXECUTE FUNCTION rest_on_override()",
    "CREATE TRIGGER completion_gone_marks AFTER DELETE ON activity_completion REFERENCING OLD TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION mark_progress_dirty()",
    "CREATE TRIGGER override_stays BEFORE UPDATE OR DELETE ON completion_override"
    " FOR EACH ROW EXECUTE FUNCTION keep_override()",
    "CREATE TRIGGER waiting_stays BEFORE UPDATE OR DELETE ON waiting_evidence"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)
FACTS_STAY = (
    "CREATE TRIGGER completion_stays BEFORE UPDATE OR DELETE ON activity_completion"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
)

# Where there is evidence of its own as well, only that is left. What somebody judged completed stays completed.
REST_ON_EVIDENCE = """
UPDATE activity_completion AS one
SET completed_at = own.completed_at, evidence_kind = own.evidence_kind, evidence_id = own.evidence_id
FROM waiting_evidence AS own
WHERE one.evidence_kind = 'override' AND own.enrolment_id = one.enrolment_id AND own.activity_id = one.activity_id
"""


def upgrade() -> None:
    op.add_column(
        "activity_completion",
        sa.Column("rule_version", sa.SmallInteger(), server_default="1", nullable=False),
    )
    _make_override()
    _make_waiting()
    op.create_index(
        "ix__activity_completion__override",
        "activity_completion",
        ["evidence_id"],
        postgresql_where=sa.text("evidence_kind = 'override'"),
    )
    op.execute("DROP TRIGGER completion_stays ON activity_completion")
    for statement in (KEEP_COMPLETION, REST_ON_OVERRIDE, KEEP_OVERRIDE, *TRIGGERS):
        op.execute(statement)


def _make_override() -> None:
    op.create_table(
        "completion_override",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_by_id", sa.Uuid(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried_from_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk__completion_override"),
        *_foreign("completion_override", "enrolment_id", "enrolment.id"),
        *_foreign("completion_override", "activity_id", "activity.id"),
        *_foreign("completion_override", "made_by_id", "user.id"),
        *_foreign("completion_override", "taken_back_by_id", "user.id"),
        *_foreign("completion_override", "carried_from_id", "completion_override.id"),
        sa.CheckConstraint("taken_back_at >= made_at", name="ck__completion_override__taken_back_later"),
        sa.CheckConstraint(
            "taken_back_by_id IS NULL OR taken_back_at IS NOT NULL",
            name="ck__completion_override__taken_back_dated",
        ),
    )
    for column in ("enrolment_id", "activity_id", "made_by_id", "taken_back_by_id", "carried_from_id"):
        op.create_index(f"ix__completion_override__{column}", "completion_override", [column])
    op.create_index(
        "uq__completion_override__current",
        "completion_override",
        ["enrolment_id", "activity_id"],
        unique=True,
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )


def _make_waiting() -> None:
    op.create_table(
        "waiting_evidence",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence_kind", sa.String(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("enrolment_id", "activity_id", name="pk__waiting_evidence"),
        *_foreign("waiting_evidence", "enrolment_id", "enrolment.id"),
        *_foreign("waiting_evidence", "activity_id", "activity.id"),
        sa.CheckConstraint("evidence_kind <> 'override'", name="ck__waiting_evidence__evidence_real"),
    )
    op.create_index("ix__waiting_evidence__activity_id", "waiting_evidence", ["activity_id"])


def _foreign(table: str, column: str, target: str) -> tuple[sa.ForeignKeyConstraint]:
    return (sa.ForeignKeyConstraint([column], [target], name=f"fk__{table}__{column}"),)


def downgrade() -> None:
    for statement in TRIGGERS:
        words = statement.split()
        op.execute(f"DROP TRIGGER {words[2]} ON {words[words.index('ON') + 1]}")
    for function in ("keep_completion", "rest_on_override", "keep_override"):
        op.execute(f"DROP FUNCTION {function}()")
    op.execute(REST_ON_EVIDENCE)
    op.execute(FACTS_STAY)
    op.drop_index("ix__activity_completion__override", "activity_completion")
    op.drop_table("waiting_evidence")
    op.drop_table("completion_override")
    op.drop_column("activity_completion", "rule_version")
