"""Certificates: what a programme asks for one, those that were issued, and the names printed on them.

What was printed stays: only withdrawing, the owner's own choices and erasing change a certificate, and a document never changes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0680"
down_revision = "0670"
branch_labels = None
depends_on = None

KEEP = """
CREATE FUNCTION keep_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  may_change text[] := ARRAY['revoked_at', 'revoked_by_id', 'revoke_reason', 'shows_name', 'badge_wanted_at', 'badge_account'];
BEGIN
  IF current_setting('peergang.erasing', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a % stays as it was issued', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

TRIGGERS = (
    "CREATE TRIGGER certificate_stays BEFORE UPDATE OR DELETE ON certificate"
    " FOR EACH ROW EXECUTE FUNCTION keep_certificate()",
    "CREATE TRIGGER certificate_document_stays BEFORE UPDATE OR DELETE ON certificate_document"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    op.add_column("edition", sa.Column("certificate", postgresql.JSONB(), nullable=True))
    _make_certificate()
    _make_document()
    for statement in (KEEP, *TRIGGERS):
        op.execute(statement)


def _make_certificate() -> None:
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("programme_title", sa.String(), nullable=False),
        sa.Column("programme_title_en", sa.String(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("basis", postgresql.JSONB(), nullable=False),
        sa.Column("issued_by_id", sa.Uuid(), nullable=True),
        sa.Column("issue_reason", sa.String(), server_default="", nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Uuid(), nullable=True),
        sa.Column("revoke_reason", sa.String(), server_default="", nullable=False),
        sa.Column("shows_name", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("badge_wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("badge_account", sa.String(), server_default="", nullable=False),
        sa.Column("erased", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk__certificate"),
        sa.UniqueConstraint("enrolment_id", name="uq__certificate__enrolment_id"),
        sa.UniqueConstraint("code", name="uq__certificate__code"),
        sa.UniqueConstraint("number", name="uq__certificate__number"),
        *_foreign("certificate", enrolment_id="enrolment", edition_id="edition"),
        *_foreign("certificate", issued_by_id="user", revoked_by_id="user"),
        sa.CheckConstraint("language IN ('nl','en')", name="ck__certificate__language_known"),
        sa.CheckConstraint("hours > 0", name="ck__certificate__hours_positive"),
        sa.CheckConstraint("code ~ '^[0-9A-HJKMNP-TV-Z]{20}$'", name="ck__certificate__code_shape"),
        sa.CheckConstraint(
            "revoked_at IS NOT NULL OR revoke_reason = ''", name="ck__certificate__revoked_dated"
        ),
    )
    for column in ("edition_id", "issued_by_id", "revoked_by_id"):
        op.create_index(f"ix__certificate__{column}", "certificate", [column])


def _make_document() -> None:
    op.create_table(
        "certificate_document",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("certificate_id", "number", name="pk__certificate_document"),
        *_foreign("certificate_document", certificate_id="certificate", made_by_id="user"),
        sa.CheckConstraint("number >= 1", name="ck__certificate_document__number_from_one"),
    )
    op.create_index("ix__certificate_document__made_by_id", "certificate_document", ["made_by_id"])


def _foreign(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk__{table}__{column}")
        for column, target in targets.items()
    ]


def downgrade() -> None:
    op.execute("DELETE FROM notice WHERE rule = 'certificate_ready'")
    for statement in TRIGGERS:
        words = statement.split()
        op.execute(f"DROP TRIGGER {words[2]} ON {words[words.index('ON') + 1]}")
    op.execute("DROP FUNCTION keep_certificate()")
    op.drop_table("certificate_document")
    op.drop_table("certificate")
    op.drop_column("edition", "certificate")
