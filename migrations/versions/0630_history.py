"""Progress as it stood on a day.

Who took part when, and in which state a cohort was, stood nowhere once it changed: who comes back to a cohort loses the day
on which they left. A trigger writes the periods down, so that no writer can forget them; the moments come from the row, because
the database's clock is not the platform's. A snapshot keeps what cannot be reckoned afterwards: due dates move, drafts are
emptied at erasure.
"""

import sqlalchemy as sa
from alembic import op

revision = "0630"
down_revision = "0620"
branch_labels = None
depends_on = None

# Active and completed are one period: in both somebody has progress.
NOTE_PERIOD = """
CREATE FUNCTION note_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  began timestamptz;
BEGIN
  IF NEW.state IN ('active', 'completed') THEN
    IF NOT EXISTS (SELECT FROM enrolment_period WHERE enrolment_id = NEW.id AND ended_at IS NULL) THEN
      began := coalesce(NEW.activated_at, NEW.completed_at, now());
      INSERT INTO enrolment_period (enrolment_id, began_at) VALUES (NEW.id, began)
      ON CONFLICT (enrolment_id, began_at) DO UPDATE SET ended_at = NULL;
    END IF;
  ELSE
    UPDATE enrolment_period SET ended_at = greatest(began_at, coalesce(NEW.withdrawn_at, now()))
    WHERE enrolment_id = NEW.id AND ended_at IS NULL;
  END IF;
  RETURN NULL;
END $$
"""

TRIGGERS = (
    "CREATE TRIGGER enrolment_notes_new AFTER INSERT ON enrolment"
    " FOR EACH ROW WHEN (NEW.role = 'participant' AND NEW.state IN ('active', 'completed'))"
    " EXECUTE FUNCTION note_period()",
    "CREATE TRIGGER enrolment_notes AFTER UPDATE OF state ON enrolment"
    " FOR EACH ROW WHEN (NEW.role = 'participant' AND NEW.state IS DISTINCT FROM OLD.state)"
    " EXECUTE FUNCTION note_period()",
)

# Of the past is written down what the tables still know.
KNOWN_PERIODS = """
INSERT INTO enrolment_period (enrolment_id, began_at, ended_at)
SELECT id, activated_at,
       CASE WHEN state NOT IN ('active', 'completed') THEN greatest(activated_at, coalesce(withdrawn_at, invited_at)) END
FROM enrolment WHERE role = 'participant' AND activated_at IS NOT NULL
"""
KNOWN_STARTS = """
UPDATE cohort SET started_at = greatest(opened_at, starts_on::timestamp AT TIME ZONE 'Europe/Amsterdam')
WHERE state IN ('running', 'closed')
"""
KNOWN_ENDS = """
UPDATE cohort SET {column} = coalesce(
    (SELECT max(at) FROM audit_event WHERE verb = 'cohort_{state}' AND subject_id = cohort.id), {otherwise}
) WHERE state = '{state}'
"""
KNOWN_DAYS = """
INSERT INTO snapshot_day (day, taken_at, made_up)
SELECT DISTINCT day, (day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam', false FROM progress_snapshot
"""


def upgrade() -> None:
    _make_tables()
    _make_told()
    for name in ("started_at", "closed_at", "cancelled_at"):
        op.add_column("cohort", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("due", "handed_in", "on_time"):
        op.add_column("progress_snapshot", sa.Column(name, sa.SmallInteger(), nullable=True))
    op.add_column("progress_snapshot", sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix__progress_snapshot__enrolment_id", table_name="progress_snapshot")
    op.create_index("ix__progress_snapshot__enrolment_id_day", "progress_snapshot", ["enrolment_id", "day"])
    ended = "(ends_on + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam'"
    completed = "(SELECT max(completed_at) FROM enrolment WHERE cohort_id = cohort.id)"
    for statement in (
        NOTE_PERIOD,
        *TRIGGERS,
        KNOWN_PERIODS,
        KNOWN_STARTS,
        KNOWN_ENDS.format(column="closed_at", state="closed", otherwise=f"{completed}, {ended}"),
        KNOWN_ENDS.format(column="cancelled_at", state="cancelled", otherwise="created_at"),
        KNOWN_DAYS,
    ):
        op.execute(statement)


def _make_tables() -> None:
    op.create_table(
        "enrolment_period",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("enrolment_id", "began_at", name="pk__enrolment_period"),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name="fk__enrolment_period__enrolment_id",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("ended_at >= began_at", name="ck__enrolment_period__forward"),
    )
    op.create_index(
        "uq__enrolment_period__current",
        "enrolment_period",
        ["enrolment_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "snapshot_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_up", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk__snapshot_day"),
    )


def _make_told() -> None:
    op.create_table(
        "contact_release",
        sa.Column("week_until", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("week_until", name="pk__contact_release"),
    )
    op.create_table(
        "contact_member",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("told_since", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.SmallInteger(), nullable=False)
            for name in ("present", "recorded", "completed", "required", "on_time", "handed_in", "due")
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("institution_id", "enrolment_id", name="pk__contact_member"),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name="fk__contact_member__institution_id"
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name="fk__contact_member__enrolment_id"),
    )
    op.create_index("ix__contact_member__enrolment_id", "contact_member", ["enrolment_id"])


def downgrade() -> None:
    op.drop_table("contact_member")
    op.drop_table("contact_release")
    for statement in TRIGGERS:
        op.execute(f"DROP TRIGGER {statement.split()[2]} ON enrolment")
    op.execute("DROP FUNCTION note_period()")
    op.drop_index("ix__progress_snapshot__enrolment_id_day", table_name="progress_snapshot")
    op.create_index("ix__progress_snapshot__enrolment_id", "progress_snapshot", ["enrolment_id"])
    for name in ("last_active_at", "on_time", "handed_in", "due"):
        op.drop_column("progress_snapshot", name)
    for name in ("cancelled_at", "closed_at", "started_at"):
        op.drop_column("cohort", name)
    op.drop_table("snapshot_day")
    op.drop_table("enrolment_period")
