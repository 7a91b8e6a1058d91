"""Agenda, sign-off, self check-in, notes and the calendar feed."""

import sqlalchemy as sa
from alembic import op

revision = "0370"
down_revision = "0360"
branch_labels = None
depends_on = None

# The revision says that a calendar must learn something; this says since when, whoever wrote it.
MOVE_ON = """
CREATE FUNCTION note_meeting_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_at := now();
  RETURN NEW;
END $$
"""
TRIGGER = (
    "CREATE TRIGGER meeting_changes BEFORE UPDATE ON meeting"
    " FOR EACH ROW WHEN (NEW.revision IS DISTINCT FROM OLD.revision) EXECUTE FUNCTION note_meeting_change()"
)


def upgrade() -> None:
    op.add_column(
        "meeting",
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.execute(MOVE_ON)
    op.execute(TRIGGER)
    _create_meeting_page()
    _create_agenda()
    _create_people()
    _create_calendar()


def _meeting_key(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f(f"fk__{table}__meeting_id"), ondelete="CASCADE"
        ),
    ]


def _enrolment_key(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f(f"fk__{table}__enrolment_id"), ondelete="CASCADE"
        ),
    ]


def _create_meeting_page() -> None:
    op.create_table(
        "meeting_page",
        *_meeting_key("meeting_page"),
        sa.Column("own_agenda", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("notes", sa.String(), server_default="", nullable=False),
        sa.Column("notes_html", sa.String(), server_default="", nullable=False),
        sa.Column("notes_by_id", sa.Uuid(), nullable=True),
        sa.Column("notes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["notes_by_id"], ["user.id"], name=op.f("fk__meeting_page__notes_by_id")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk__meeting_page")),
    )
    op.create_table(
        "meeting_check_in_code",
        *_meeting_key("meeting_check_in_code"),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk__meeting_check_in_code")),
    )


def _create_agenda() -> None:
    table = "meeting_agenda_item"
    op.create_table(
        table,
        *_meeting_key(table),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), server_default="", nullable=False),
        sa.Column("body_html", sa.String(), server_default="", nullable=False),
        sa.Column("url", sa.String(), server_default="", nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 0 AND 600", name=op.f(f"ck__{table}__minutes_sane")),
        sa.CheckConstraint(
            "topic_id IS NULL OR activity_id IS NULL", name=op.f(f"ck__{table}__one_reference")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f(f"fk__{table}__topic_id")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f(f"fk__{table}__activity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{table}")),
    )
    op.create_index(f"ix__{table}__meeting_id", table, ["meeting_id", "position"])


def _create_people() -> None:
    table = "meeting_sign_off"
    op.create_table(
        table,
        *_meeting_key(table),
        *_enrolment_key(table),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("signed_off_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("meeting_id", "enrolment_id", name=op.f(f"pk__{table}")),
    )
    op.create_index(op.f(f"ix__{table}__enrolment_id"), table, ["enrolment_id"])
    table = "meeting_action"
    op.create_table(
        table,
        *_meeting_key(table),
        *_enrolment_key(table),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{table}")),
    )
    op.create_index(op.f(f"ix__{table}__meeting_id"), table, ["meeting_id"])
    op.create_index(op.f(f"ix__{table}__enrolment_id"), table, ["enrolment_id"])


def _create_calendar() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("with_due_dates", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__calendar_feed__user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk__calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq__calendar_feed__token_hash")),
    )
    table = "calendar_line"
    op.create_table(
        table,
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        *_meeting_key(table),
        *_enrolment_key(table),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.CheckConstraint("method IN ('REQUEST','CANCEL')", name=op.f(f"ck__{table}__method_known")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f(f"fk__{table}__notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "meeting_id", name=op.f(f"pk__{table}")),
    )
    op.create_index(op.f(f"ix__{table}__meeting_id"), table, ["meeting_id"])
    op.create_index(f"ix__{table}__enrolment_id", table, ["enrolment_id", "meeting_id", "sequence"])


def downgrade() -> None:
    for table in (
        "calendar_line",
        "calendar_feed",
        "meeting_action",
        "meeting_sign_off",
        "meeting_agenda_item",
        "meeting_check_in_code",
        "meeting_page",
    ):
        op.drop_table(table)
    op.execute("DROP TRIGGER meeting_changes ON meeting")
    op.execute("DROP FUNCTION note_meeting_change()")
    op.drop_column("meeting", "changed_at")
