"""Facts and versions cannot be changed; what changes progress marks the enrolment as dirty.

Both stand in the database, so that no writer, no shell and no later version of the code can forget them
(invariants 2 and 4). Erasing a person is the one exception, and says so: SET LOCAL peergang.erasing = 'on'.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('peergang.erasing', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION '% is a fact and stays as it is', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

# DO UPDATE and not DO NOTHING: the row lock makes a compile that is just reading this enrolment skip it, so a fact that
# commits a moment later is never lost.
MARK = """
INSERT INTO progress_dirty (enrolment_id, marked_at)
SELECT DISTINCT {enrolment}, now() FROM {source} ORDER BY 1
ON CONFLICT (enrolment_id) DO UPDATE SET marked_at = excluded.marked_at
"""

MARK_BY_ROWS = f"""
CREATE FUNCTION mark_progress_dirty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {MARK.format(enrolment="changed.enrolment_id", source="changed")};
  RETURN NULL;
END $$
"""

MARK_BY_ENROLMENT = f"""
CREATE FUNCTION mark_enrolment_dirty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {MARK.format(enrolment="changed.id", source="changed WHERE changed.role = 'participant'")};
  RETURN NULL;
END $$
"""

MARK_BY_COHORT = f"""
CREATE FUNCTION mark_cohort_dirty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {
    MARK.format(
        enrolment="enrolment.id",
        source="enrolment JOIN changed ON changed.id = enrolment.cohort_id WHERE enrolment.role = 'participant'",
    )
};
  RETURN NULL;
END $$
"""

TRIGGERS = (
    "CREATE TRIGGER completion_stays BEFORE UPDATE OR DELETE ON activity_completion"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER version_stays BEFORE UPDATE OR DELETE ON reflection_version"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER completion_marks AFTER INSERT ON activity_completion REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION mark_progress_dirty()",
    "CREATE TRIGGER enrolment_marks_new AFTER INSERT ON enrolment REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION mark_enrolment_dirty()",
    "CREATE TRIGGER enrolment_marks AFTER UPDATE ON enrolment REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION mark_enrolment_dirty()",
    "CREATE TRIGGER cohort_marks AFTER UPDATE ON cohort REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION mark_cohort_dirty()",
)


def upgrade() -> None:
    for statement in (REFUSE, MARK_BY_ROWS, MARK_BY_ENROLMENT, MARK_BY_COHORT, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for statement in TRIGGERS:
        words = statement.split()
        table = words[words.index("ON") + 1]
        op.execute(f"DROP TRIGGER {words[2]} ON {table}")
    for function in ("refuse_change", "mark_progress_dirty", "mark_enrolment_dirty", "mark_cohort_dirty"):
        op.execute(f"DROP FUNCTION {function}()")
