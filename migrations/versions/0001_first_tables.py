"""The first tables of every feature."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# PostgreSQL calls array_to_string stable, because it works on any type; on text it cannot change, and a generated
# column takes only what cannot change.
ARRAY_TO_TEXT = """
CREATE FUNCTION array_to_text(text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array_to_string($1, ' ') $$
"""


def upgrade() -> None:
    op.execute(ARRAY_TO_TEXT)
    op.create_table(
        "compile_run",
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enrolments", sa.Integer(), server_default="0", nullable=False),
        sa.Column("corrected", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("started_at", name=op.f("pk__compile_run")),
    )
    op.create_table(
        "institution",
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "aliases",
            postgresql.ARRAY(sa.String()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("place", sa.String(), server_default="", nullable=False),
        sa.Column(
            "sso_domains",
            postgresql.ARRAY(sa.String()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint("brin ~ '^[0-9]{2}[A-Z]{2}$'", name=op.f("ck__institution__brin_shape")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__institution")),
        sa.UniqueConstraint("brin", name=op.f("uq__institution__brin")),
    )
    op.create_table(
        "programme",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__programme")),
        sa.UniqueConstraint("slug", name=op.f("uq__programme__slug")),
    )
    op.create_table(
        "progress_dirty",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk__progress_dirty")),
    )
    op.create_table(
        "user",
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("name_particle", sa.String(), server_default="", nullable=False),
        sa.Column("family_name", sa.String(), server_default="", nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), server_default="nl", nullable=False),
        sa.Column("theme", sa.String(), server_default="auto", nullable=False),
        sa.Column("time_zone", sa.String(), server_default="Europe/Amsterdam", nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint("locale IN ('nl', 'en')", name=op.f("ck__user__locale_known")),
        sa.CheckConstraint("theme IN ('auto', 'light', 'dark')", name=op.f("ck__user__theme_known")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck__user__email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__user")),
    )
    op.create_index("uq__user__email", "user", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "worker_heartbeat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk__worker_heartbeat")),
    )
    op.create_table(
        "affiliation",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("job_title", sa.String(), server_default="", nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from",
            name=op.f("ck__affiliation__period_forward"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk__affiliation__institution_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__affiliation__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__affiliation")),
    )
    op.create_index(
        op.f("ix__affiliation__institution_id"),
        "affiliation",
        ["institution_id"],
        unique=False,
    )
    op.create_index(op.f("ix__affiliation__user_id"), "affiliation", ["user_id"], unique=False)
    op.create_index(
        "uq__affiliation__user_current",
        "affiliation",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.create_table(
        "audit_event",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("subject_type", sa.String(), server_default="", nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column(
            "details",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk__audit_event__actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__audit_event")),
    )
    op.create_index(op.f("ix__audit_event__actor_id"), "audit_event", ["actor_id"], unique=False)
    op.create_index(op.f("ix__audit_event__at"), "audit_event", ["at"], unique=False)
    op.create_table(
        "edition",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("checksum", sa.String(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("summary_en", sa.String(), nullable=False),
        sa.Column("sign", sa.String(), nullable=False),
        sa.Column("body_html", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint("sign IN ('peergang', 'masterclass')", name=op.f("ck__edition__sign_known")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk__edition__programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__edition")),
        sa.UniqueConstraint("programme_id", "number", name=op.f("uq__edition__programme_id_number")),
    )
    op.create_table(
        "notice",
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("occurrence", sa.String(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), server_default="queued", nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(), server_default="", nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued','claimed','sent','suppressed','expired','failed','uncertain')",
            name=op.f("ck__notice__state_known"),
        ),
        sa.ForeignKeyConstraint(["recipient_id"], ["user.id"], name=op.f("fk__notice__recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__notice")),
        sa.UniqueConstraint("rule", "subject_id", "recipient_id", "occurrence", name="uq__notice__once"),
    )
    op.create_index(
        "ix__notice__claimed",
        "notice",
        ["claimed_at"],
        unique=False,
        postgresql_where="state = 'claimed'",
    )
    op.create_index(
        "ix__notice__due",
        "notice",
        ["not_before", "id"],
        unique=False,
        postgresql_where="state = 'queued'",
    )
    op.create_index(op.f("ix__notice__recipient_id"), "notice", ["recipient_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column(
            "granted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "(role IN ('admin', 'organiser') AND institution_id IS NULL) OR (role = 'contact' AND institution_id IS NOT NULL)",
            name=op.f("ck__role_grant__role_scope"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk__role_grant__institution_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__role_grant__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__role_grant")),
        sa.UniqueConstraint(
            "user_id",
            "role",
            "institution_id",
            name=op.f("uq__role_grant__user_id_role_institution_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix__role_grant__user_id"), "role_grant", ["user_id"], unique=False)
    op.create_table(
        "rule_opt_out",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__rule_opt_out__user_id")),
        sa.PrimaryKeyConstraint("user_id", "rule", name=op.f("pk__rule_opt_out")),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(), server_default="", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__sign_in_session__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq__sign_in_session__token_hash")),
    )
    op.create_index(
        op.f("ix__sign_in_session__user_id"),
        "sign_in_session",
        ["user_id"],
        unique=False,
    )
    op.create_table(
        "single_use_token",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('invitation', 'password_reset')",
            name=op.f("ck__single_use_token__purpose_known"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__single_use_token__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__single_use_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq__single_use_token__token_hash")),
    )
    op.create_index(
        op.f("ix__single_use_token__user_id"),
        "single_use_token",
        ["user_id"],
        unique=False,
    )
    op.create_table(
        "cohort",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), server_default="planned", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned','open','running','closed','cancelled')",
            name=op.f("ck__cohort__state_known"),
        ),
        sa.CheckConstraint("capacity BETWEEN 1 AND 1000", name=op.f("ck__cohort__capacity_sane")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck__cohort__period_forward")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk__cohort__edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__cohort")),
        sa.UniqueConstraint("name", name=op.f("uq__cohort__name")),
    )
    op.create_index(op.f("ix__cohort__edition_id"), "cohort", ["edition_id"], unique=False)
    op.create_index(op.f("ix__cohort__state"), "cohort", ["state"], unique=False)
    op.create_table(
        "module",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("question_en", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("summary_en", sa.String(), nullable=False),
        sa.Column("main_question", sa.String(), nullable=True),
        sa.Column("success_factor", sa.Integer(), nullable=True),
        sa.Column("body_html", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk__module__edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__module")),
        sa.UniqueConstraint("edition_id", "position", name=op.f("uq__module__edition_id_position")),
        sa.UniqueConstraint("edition_id", "slug", name=op.f("uq__module__edition_id_slug")),
    )
    op.create_table(
        "activity",
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("due_days_before", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("summary_en", sa.String(), nullable=False),
        sa.Column("body_html", sa.String(), nullable=False),
        sa.Column(
            "topic_codes",
            postgresql.ARRAY(sa.String()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column(
            "settings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk__activity__edition_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk__activity__module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__activity")),
        sa.UniqueConstraint("edition_id", "slug", name=op.f("uq__activity__edition_id_slug")),
    )
    op.create_index(op.f("ix__activity__module_id"), "activity", ["module_id"], unique=False)
    op.create_table(
        "cohort_module",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("due_at > opens_at", name=op.f("ck__cohort_module__due_after_opening")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk__cohort_module__cohort_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk__cohort_module__module_id")),
        sa.PrimaryKeyConstraint("cohort_id", "module_id", name=op.f("pk__cohort_module")),
    )
    op.create_table(
        "enrolment",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("affiliation_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waitlisted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "role = 'trainer' OR affiliation_id IS NOT NULL",
            name=op.f("ck__enrolment__participant_affiliated"),
        ),
        sa.CheckConstraint("role IN ('participant','trainer')", name=op.f("ck__enrolment__role_known")),
        sa.CheckConstraint(
            "state IN ('invited','waitlisted','active','completed','withdrawn')",
            name=op.f("ck__enrolment__state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["affiliation_id"],
            ["affiliation.id"],
            name=op.f("fk__enrolment__affiliation_id"),
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk__enrolment__cohort_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__enrolment__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__enrolment")),
        sa.UniqueConstraint(
            "cohort_id",
            "user_id",
            "role",
            name=op.f("uq__enrolment__cohort_id_user_id_role"),
        ),
        sa.UniqueConstraint("id", "cohort_id", name=op.f("uq__enrolment__id_cohort_id")),
    )
    op.create_index(op.f("ix__enrolment__cohort_id"), "enrolment", ["cohort_id"], unique=False)
    op.create_index(op.f("ix__enrolment__user_id"), "enrolment", ["user_id"], unique=False)
    op.create_table(
        "peer_group",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk__peer_group__cohort_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__peer_group")),
        sa.UniqueConstraint("cohort_id", "name", name=op.f("uq__peer_group__cohort_id_name")),
        sa.UniqueConstraint("id", "cohort_id", name=op.f("uq__peer_group__id_cohort_id")),
    )
    op.create_index(op.f("ix__peer_group__cohort_id"), "peer_group", ["cohort_id"], unique=False)
    op.create_table(
        "reading",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("gain", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk__reading__module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reading")),
        sa.UniqueConstraint("module_id", "slug", name=op.f("uq__reading__module_id_slug")),
    )
    op.create_table(
        "roster_import",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk__roster_import__cohort_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["user.id"],
            name=op.f("fk__roster_import__created_by_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__roster_import")),
    )
    op.create_index(
        op.f("ix__roster_import__cohort_id"),
        "roster_import",
        ["cohort_id"],
        unique=False,
    )
    op.create_table(
        "topic",
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("summary_en", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("body_html", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk__topic__module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__topic")),
        sa.UniqueConstraint("module_id", "code", name=op.f("uq__topic__module_id_code")),
        sa.UniqueConstraint("module_id", "slug", name=op.f("uq__topic__module_id_slug")),
    )
    op.create_table(
        "activity_completion",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence_kind", sa.String(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk__activity_completion__activity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk__activity_completion__enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "activity_id", name=op.f("pk__activity_completion")),
    )
    op.create_table(
        "cohort_activity",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk__cohort_activity__activity_id"),
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk__cohort_activity__cohort_id")),
        sa.PrimaryKeyConstraint("cohort_id", "activity_id", name=op.f("pk__cohort_activity")),
    )
    op.create_index(op.f("ix__cohort_activity__due_at"), "cohort_activity", ["due_at"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("topic_code", sa.String(), server_default="", nullable=False),
        sa.Column("notes", sa.String(), server_default="", nullable=False),
        sa.Column("agreements", sa.String(), server_default="", nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "figure IN ('teacher','i_coach','school_leader','staff','board')",
            name=op.f("ck__conversation__figure_known"),
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk__conversation__activity_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk__conversation__enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__conversation__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__conversation")),
    )
    op.create_index(op.f("ix__conversation__user_id"), "conversation", ["user_id"], unique=False)
    op.create_table(
        "conversation_question",
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk__conversation_question__topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__conversation_question")),
        sa.UniqueConstraint("topic_id", "slug", name=op.f("uq__conversation_question__topic_id_slug")),
    )
    op.create_table(
        "enrolment_progress",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column("last_completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("compiled_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "completed BETWEEN 0 AND required",
            name=op.f("ck__enrolment_progress__never_over_all"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk__enrolment_progress__enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk__enrolment_progress")),
    )
    op.create_table(
        "meeting",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(), server_default="", nullable=False),
        sa.Column("link", sa.String(), server_default="", nullable=False),
        sa.Column("state", sa.String(), server_default="planned", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint("state IN ('planned','cancelled')", name=op.f("ck__meeting__state_known")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck__meeting__period_forward")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk__meeting__activity_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk__meeting__cohort_id")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk__meeting__module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__meeting")),
        sa.UniqueConstraint("cohort_id", "number", name=op.f("uq__meeting__cohort_id_number")),
    )
    op.create_index(op.f("ix__meeting__cohort_id"), "meeting", ["cohort_id"], unique=False)
    op.create_index(op.f("ix__meeting__starts_at"), "meeting", ["starts_at"], unique=False)
    op.create_table(
        "peer_group_membership",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("peer_group_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "cohort_id"],
            ["enrolment.id", "enrolment.cohort_id"],
            name=op.f("fk__peer_group_membership__enrolment_id_cohort_id"),
        ),
        sa.ForeignKeyConstraint(
            ["peer_group_id", "cohort_id"],
            ["peer_group.id", "peer_group.cohort_id"],
            name=op.f("fk__peer_group_membership__peer_group_id_cohort_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__peer_group_membership")),
    )
    op.create_index(
        op.f("ix__peer_group_membership__peer_group_id"),
        "peer_group_membership",
        ["peer_group_id"],
        unique=False,
    )
    op.create_index(
        "uq__peer_group_membership__current",
        "peer_group_membership",
        ["enrolment_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "practice_example",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), server_default="", nullable=False),
        sa.Column("context", sa.String(), server_default="", nullable=False),
        sa.Column("goal", sa.String(), server_default="", nullable=False),
        sa.Column("approach", sa.String(), server_default="", nullable=False),
        sa.Column("result", sa.String(), server_default="", nullable=False),
        sa.Column("learned", sa.String(), server_default="", nullable=False),
        sa.Column("conditions", sa.String(), server_default="", nullable=False),
        sa.Column("main_question", sa.String(), nullable=True),
        sa.Column("topic_code", sa.String(), nullable=True),
        sa.Column("themes", postgresql.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("sector", sa.String(), server_default="all", nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("licence", sa.String(), server_default="cc-by-sa-4.0", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('dutch', title), 'A') || setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('dutch', summary || ' ' || goal || ' ' || array_to_text(tags)), 'B') || setweight(to_tsvector('simple', summary || ' ' || goal || ' ' || array_to_text(tags)), 'B') || setweight(to_tsvector('dutch', context || ' ' || approach || ' ' || result || ' ' || learned || ' ' || conditions), 'C') || setweight(to_tsvector('simple', context || ' ' || approach || ' ' || result || ' ' || learned || ' ' || conditions), 'C')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "licence IN ('cc-by-4.0','cc-by-sa-4.0','network')",
            name=op.f("ck__practice_example__licence_known"),
        ),
        sa.CheckConstraint(
            "sector IN ('all','economy','green','technology','care')",
            name=op.f("ck__practice_example__sector_known"),
        ),
        sa.CheckConstraint(
            "state IN ('draft','submitted','returned','published','review_due','archived')",
            name=op.f("ck__practice_example__state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('published','review_due') OR (published_at IS NOT NULL AND review_by IS NOT NULL)",
            name=op.f("ck__practice_example__published_dated"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk__practice_example__activity_id"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk__practice_example__author_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk__practice_example__enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk__practice_example__institution_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__practice_example")),
    )
    op.create_index(
        op.f("ix__practice_example__author_id"),
        "practice_example",
        ["author_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix__practice_example__institution_id"),
        "practice_example",
        ["institution_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix__practice_example__published_at"),
        "practice_example",
        ["published_at"],
        unique=False,
    )
    op.create_index(
        "ix__practice_example__search",
        "practice_example",
        ["search"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "progress_snapshot",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk__progress_snapshot__enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("day", "enrolment_id", name=op.f("pk__progress_snapshot")),
    )
    op.create_index(
        op.f("ix__progress_snapshot__enrolment_id"),
        "progress_snapshot",
        ["enrolment_id"],
        unique=False,
    )
    op.create_table(
        "reflection",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("audience", sa.String(), nullable=True),
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column(
            "draft",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("draft_revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("draft_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "(state = 'in_review') = (reviewer_id IS NOT NULL)",
            name=op.f("ck__reflection__in_review_has_reviewer"),
        ),
        sa.CheckConstraint(
            "audience IN ('private','trainer','peer_group','cohort')",
            name=op.f("ck__reflection__audience_known"),
        ),
        sa.CheckConstraint(
            "state IN ('draft','submitted','in_review','returned','approved','withdrawn')",
            name=op.f("ck__reflection__state_known"),
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk__reflection__activity_id")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk__reflection__enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["user.id"], name=op.f("fk__reflection__reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reflection")),
        sa.UniqueConstraint(
            "enrolment_id",
            "activity_id",
            name=op.f("uq__reflection__enrolment_id_activity_id"),
        ),
    )
    op.create_index(op.f("ix__reflection__activity_id"), "reflection", ["activity_id"], unique=False)
    op.create_index(
        "ix__reflection__waiting",
        "reflection",
        ["submitted_at"],
        unique=False,
        postgresql_where="state IN ('submitted','in_review')",
    )
    op.create_table(
        "topic_read",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk__topic_read__enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk__topic_read__topic_id")),
        sa.PrimaryKeyConstraint("enrolment_id", "topic_id", name=op.f("pk__topic_read")),
    )
    op.create_table(
        "adoption",
        sa.Column("example_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('worked','partly','did_not')",
            name=op.f("ck__adoption__outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["example_id"],
            ["practice_example.id"],
            name=op.f("fk__adoption__example_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk__adoption__institution_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__adoption__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__adoption")),
        sa.UniqueConstraint("example_id", "user_id", name=op.f("uq__adoption__example_id_user_id")),
    )
    op.create_index(op.f("ix__adoption__example_id"), "adoption", ["example_id"], unique=False)
    op.create_index(op.f("ix__adoption__user_id"), "adoption", ["user_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state IN ('present','absent','excused')",
            name=op.f("ck__attendance__state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolment.id"],
            name=op.f("fk__attendance__enrolment_id"),
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk__attendance__meeting_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk__attendance__recorded_by_id")),
        sa.PrimaryKeyConstraint("meeting_id", "enrolment_id", name=op.f("pk__attendance")),
    )
    op.create_index(
        op.f("ix__attendance__enrolment_id"),
        "attendance",
        ["enrolment_id"],
        unique=False,
    )
    op.create_table(
        "reflection_version",
        sa.Column("reflection_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["reflection_id"],
            ["reflection.id"],
            name=op.f("fk__reflection_version__reflection_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__reflection_version")),
        sa.UniqueConstraint(
            "reflection_id",
            "number",
            name=op.f("uq__reflection_version__reflection_id_number"),
        ),
    )
    op.create_table(
        "saved_example",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("example_id", sa.Uuid(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["example_id"],
            ["practice_example.id"],
            name=op.f("fk__saved_example__example_id"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__saved_example__user_id")),
        sa.PrimaryKeyConstraint("user_id", "example_id", name=op.f("pk__saved_example")),
    )
    op.create_index(
        op.f("ix__saved_example__example_id"),
        "saved_example",
        ["example_id"],
        unique=False,
    )
    op.create_table(
        "comment",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), server_default="", nullable=False),
        sa.Column("prefix", sa.String(), server_default="", nullable=False),
        sa.Column("suffix", sa.String(), server_default="", nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk__comment__author_id")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["reflection_version.id"],
            name=op.f("fk__comment__version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__comment")),
    )
    op.create_index(op.f("ix__comment__author_id"), "comment", ["author_id"], unique=False)
    op.create_index(op.f("ix__comment__version_id"), "comment", ["version_id"], unique=False)
    op.create_table(
        "peer_feedback",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activity.id"],
            name=op.f("fk__peer_feedback__activity_id"),
        ),
        sa.ForeignKeyConstraint(["giver_id"], ["enrolment.id"], name=op.f("fk__peer_feedback__giver_id")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["reflection_version.id"],
            name=op.f("fk__peer_feedback__version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__peer_feedback")),
        sa.UniqueConstraint(
            "version_id",
            "giver_id",
            name=op.f("uq__peer_feedback__version_id_giver_id"),
        ),
    )
    op.create_index(op.f("ix__peer_feedback__giver_id"), "peer_feedback", ["giver_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column(
            "criteria",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("message", sa.String(), server_default="", nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "decision IN ('approve','return','talk_first')",
            name=op.f("ck__review__decision_known"),
        ),
        sa.CheckConstraint(
            "sent_at IS NULL OR decision IS NOT NULL",
            name=op.f("ck__review__sent_has_decision"),
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["user.id"], name=op.f("fk__review__reviewer_id")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["reflection_version.id"],
            name=op.f("fk__review__version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__review")),
        sa.UniqueConstraint("version_id", "reviewer_id", name=op.f("uq__review__version_id_reviewer_id")),
    )
    op.create_index(op.f("ix__review__reviewer_id"), "review", ["reviewer_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix__review__reviewer_id"), table_name="review")
    op.drop_table("review")
    op.drop_index(op.f("ix__peer_feedback__giver_id"), table_name="peer_feedback")
    op.drop_table("peer_feedback")
    op.drop_index(op.f("ix__comment__version_id"), table_name="comment")
    op.drop_index(op.f("ix__comment__author_id"), table_name="comment")
    op.drop_table("comment")
    op.drop_index(op.f("ix__saved_example__example_id"), table_name="saved_example")
    op.drop_table("saved_example")
    op.drop_table("reflection_version")
    op.drop_index(op.f("ix__attendance__enrolment_id"), table_name="attendance")
    op.drop_table("attendance")
    op.drop_index(op.f("ix__adoption__user_id"), table_name="adoption")
    op.drop_index(op.f("ix__adoption__example_id"), table_name="adoption")
    op.drop_table("adoption")
    op.drop_table("topic_read")
    op.drop_index(
        "ix__reflection__waiting",
        table_name="reflection",
        postgresql_where="state IN ('submitted','in_review')",
    )
    op.drop_index(op.f("ix__reflection__activity_id"), table_name="reflection")
    op.drop_table("reflection")
    op.drop_index(op.f("ix__progress_snapshot__enrolment_id"), table_name="progress_snapshot")
    op.drop_table("progress_snapshot")
    op.drop_index(
        "ix__practice_example__search",
        table_name="practice_example",
        postgresql_using="gin",
    )
    op.drop_index(op.f("ix__practice_example__published_at"), table_name="practice_example")
    op.drop_index(op.f("ix__practice_example__institution_id"), table_name="practice_example")
    op.drop_index(op.f("ix__practice_example__author_id"), table_name="practice_example")
    op.drop_table("practice_example")
    op.drop_index(
        "uq__peer_group_membership__current",
        table_name="peer_group_membership",
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.drop_index(
        op.f("ix__peer_group_membership__peer_group_id"),
        table_name="peer_group_membership",
    )
    op.drop_table("peer_group_membership")
    op.drop_index(op.f("ix__meeting__starts_at"), table_name="meeting")
    op.drop_index(op.f("ix__meeting__cohort_id"), table_name="meeting")
    op.drop_table("meeting")
    op.drop_table("enrolment_progress")
    op.drop_table("conversation_question")
    op.drop_index(op.f("ix__conversation__user_id"), table_name="conversation")
    op.drop_table("conversation")
    op.drop_index(op.f("ix__cohort_activity__due_at"), table_name="cohort_activity")
    op.drop_table("cohort_activity")
    op.drop_table("activity_completion")
    op.drop_table("topic")
    op.drop_index(op.f("ix__roster_import__cohort_id"), table_name="roster_import")
    op.drop_table("roster_import")
    op.drop_table("reading")
    op.drop_index(op.f("ix__peer_group__cohort_id"), table_name="peer_group")
    op.drop_table("peer_group")
    op.drop_index(op.f("ix__enrolment__user_id"), table_name="enrolment")
    op.drop_index(op.f("ix__enrolment__cohort_id"), table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_table("cohort_module")
    op.drop_index(op.f("ix__activity__module_id"), table_name="activity")
    op.drop_table("activity")
    op.drop_table("module")
    op.drop_index(op.f("ix__cohort__state"), table_name="cohort")
    op.drop_index(op.f("ix__cohort__edition_id"), table_name="cohort")
    op.drop_table("cohort")
    op.drop_index(op.f("ix__single_use_token__user_id"), table_name="single_use_token")
    op.drop_table("single_use_token")
    op.drop_index(op.f("ix__sign_in_session__user_id"), table_name="sign_in_session")
    op.drop_table("sign_in_session")
    op.drop_table("rule_opt_out")
    op.drop_index(op.f("ix__role_grant__user_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index(op.f("ix__notice__recipient_id"), table_name="notice")
    op.drop_index("ix__notice__due", table_name="notice", postgresql_where="state = 'queued'")
    op.drop_index("ix__notice__claimed", table_name="notice", postgresql_where="state = 'claimed'")
    op.drop_table("notice")
    op.drop_table("edition")
    op.drop_index(op.f("ix__audit_event__at"), table_name="audit_event")
    op.drop_index(op.f("ix__audit_event__actor_id"), table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_index(
        "uq__affiliation__user_current",
        table_name="affiliation",
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.drop_index(op.f("ix__affiliation__user_id"), table_name="affiliation")
    op.drop_index(op.f("ix__affiliation__institution_id"), table_name="affiliation")
    op.drop_table("affiliation")
    op.drop_table("worker_heartbeat")
    op.drop_index("uq__user__email", table_name="user")
    op.drop_table("user")
    op.drop_table("progress_dirty")
    op.drop_table("programme")
    op.drop_table("institution")
    op.drop_table("compile_run")
    op.execute("DROP FUNCTION array_to_text(text[])")
