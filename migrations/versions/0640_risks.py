"""Who asks for attention, since when, and what was done about it.

Triggers mark the cohort of whatever changed. They only ever add lines: writers of one cohort never wait for each other, and
who takes a line away sees everything that was committed with it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0640"
down_revision = "0630"
branch_labels = None
depends_on = None

MARK = "INSERT INTO risk_mark (cohort_id) SELECT DISTINCT {cohort} FROM {source}"

FUNCTIONS = {
    "mark_risks_by_cohort": MARK.format(cohort="changed.cohort_id", source="changed"),
    "mark_risks_by_enrolment": MARK.format(
        cohort="enrolment.cohort_id", source="changed JOIN enrolment ON enrolment.id = changed.enrolment_id"
    ),
    "mark_risks_of_cohort": MARK.format(cohort="changed.id", source="changed"),
    "mark_risks_by_giver": MARK.format(
        cohort="enrolment.cohort_id", source="changed JOIN enrolment ON enrolment.id = changed.giver_id"
    ),
    "mark_risks_by_author": MARK.format(
        cohort="enrolment.cohort_id", source="changed JOIN enrolment ON enrolment.user_id = changed.author_id"
    ),
    "mark_risks_by_person": MARK.format(
        cohort="enrolment.cohort_id", source="changed JOIN enrolment ON enrolment.user_id = changed.user_id"
    ),
    "mark_risks_by_institution": MARK.format(
        cohort="enrolment.cohort_id",
        source="changed JOIN affiliation ON affiliation.institution_id = changed.institution_id"
        " JOIN enrolment ON enrolment.user_id = affiliation.user_id",
    ),
    "mark_risks_everywhere": MARK.format(cohort="cohort.id", source="cohort WHERE cohort.state = 'running'"),
}

STATEMENTS = {
    "activity_completion": ("mark_risks_by_enrolment", "INSERT"),
    "attendance": ("mark_risks_by_enrolment", "INSERT UPDATE DELETE"),
    "topic_read": ("mark_risks_by_enrolment", "INSERT"),
    "reflection": ("mark_risks_by_enrolment", "INSERT"),
    "meeting_sign_off": ("mark_risks_by_enrolment", "INSERT UPDATE DELETE"),
    "extension": ("mark_risks_by_enrolment", "INSERT UPDATE"),
    "enrolment": ("mark_risks_by_cohort", "INSERT UPDATE"),
    "meeting": ("mark_risks_by_cohort", "UPDATE"),
    "cohort_activity": ("mark_risks_by_cohort", "INSERT UPDATE DELETE"),
    "cohort": ("mark_risks_of_cohort", "UPDATE"),
    "peer_feedback": ("mark_risks_by_giver", "INSERT"),
    "discussion_post": ("mark_risks_by_author", "INSERT"),
    "practice_example": ("mark_risks_by_author", "INSERT"),
    "conversation": ("mark_risks_by_person", "INSERT"),
    "affiliation": ("mark_risks_by_person", "INSERT UPDATE DELETE"),
    "role_grant": ("mark_risks_by_institution", "INSERT DELETE"),
    "free_period": ("mark_risks_everywhere", "INSERT UPDATE DELETE"),
}

MARK_ROW = """
CREATE FUNCTION mark_risks_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO risk_mark (cohort_id) SELECT cohort_id FROM enrolment WHERE id = NEW.enrolment_id;
  RETURN NULL;
END $$
"""

# A draft is saved every few seconds; that somebody is at work is news once an hour.
ROWS = (
    "CREATE TRIGGER reflection_risks_update AFTER UPDATE ON reflection FOR EACH ROW WHEN ("
    "OLD.state IS DISTINCT FROM NEW.state OR OLD.submitted_at IS DISTINCT FROM NEW.submitted_at"
    " OR date_trunc('hour', OLD.draft_saved_at, 'UTC') IS DISTINCT FROM date_trunc('hour', NEW.draft_saved_at, 'UTC'))"
    " EXECUTE FUNCTION mark_risks_of_row()",
    "CREATE TRIGGER practice_example_risks_update AFTER UPDATE ON practice_example FOR EACH ROW WHEN ("
    "OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION mark_risks_of_row()",
)


def upgrade() -> None:
    _signals()
    _dismissals()
    _notes()
    op.create_table(
        "risk_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__risk_mark")),
    )
    for name, body in FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {body}; RETURN NULL; END $$"
        )
    for table, (function, events) in STATEMENTS.items():
        for event in events.split():
            rows = "OLD" if event == "DELETE" else "NEW"
            op.execute(
                f"CREATE TRIGGER {_name(table, event)} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            )
    op.execute(MARK_ROW)
    for statement in ROWS:
        op.execute(statement)
    # What stands there already is looked at the first time.
    op.execute("INSERT INTO risk_mark (cohort_id) SELECT id FROM cohort WHERE state = 'running'")


def _name(table: str, event: str) -> str:
    return f"{table}_risks_{event.lower()}"


def _about() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
    ]


def _tied(table: str, **targets: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{table}")),
        sa.CheckConstraint(
            "(enrolment_id IS NULL) <> (institution_id IS NULL)", name=op.f(f"ck__{table}__about_one")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk__{table}__{column}"))
            for column, target in targets.items()
        ),
    ]


PLACES = {"cohort_id": "cohort", "enrolment_id": "enrolment", "institution_id": "institution"}


def _signals() -> None:
    table = "risk_signal"
    op.create_table(
        table,
        *_about(),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_tied(table, **PLACES),
    )
    for column in PLACES:
        op.create_index(op.f(f"ix__{table}__{column}"), table, [column])
    goes_on = {"unique": True, "postgresql_where": sa.text("ended_at IS NULL")}
    op.create_index(f"uq__{table}__person", table, ["enrolment_id", "rule"], **goes_on)
    op.create_index(f"uq__{table}__institution", table, ["institution_id", "cohort_id", "rule"], **goes_on)


def _dismissals() -> None:
    table = "risk_dismissal"
    op.create_table(
        table,
        *_about(),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dismissed_by_id", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        *_tied(table, **PLACES, dismissed_by_id="user", undone_by_id="user"),
    )
    for column in (*PLACES, "dismissed_by_id", "undone_by_id"):
        op.create_index(op.f(f"ix__{table}__{column}"), table, [column])
    holds = {"unique": True, "postgresql_where": sa.text("undone_at IS NULL")}
    op.create_index(f"uq__{table}__person", table, ["enrolment_id", "rule", "cause"], **holds)
    op.create_index(
        f"uq__{table}__institution", table, ["institution_id", "cohort_id", "rule", "cause"], **holds
    )


def _notes() -> None:
    table = "call_note"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("spoke_with", sa.String(), server_default="", nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "enrolment_id IS NULL OR cohort_id IS NOT NULL", name=op.f(f"ck__{table}__participant_in_cohort")
        ),
        *_tied(table, **PLACES, written_by_id="user"),
    )
    for column in ("cohort_id", "written_by_id"):
        op.create_index(op.f(f"ix__{table}__{column}"), table, [column])
    for column in ("institution_id", "enrolment_id"):
        op.create_index(op.f(f"ix__{table}__{column}"), table, [column, "called_at"])


def downgrade() -> None:
    op.execute("DROP TRIGGER reflection_risks_update ON reflection")
    op.execute("DROP TRIGGER practice_example_risks_update ON practice_example")
    for table, (_, events) in STATEMENTS.items():
        for event in events.split():
            op.execute(f"DROP TRIGGER {_name(table, event)} ON {table}")
    for name in (*FUNCTIONS, "mark_risks_of_row"):
        op.execute(f"DROP FUNCTION {name}()")
    for table in ("risk_mark", "call_note", "risk_dismissal", "risk_signal"):
        op.drop_table(table)
