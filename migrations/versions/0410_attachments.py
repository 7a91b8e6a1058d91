"""Files at a reflection, and which version they were there for."""

import sqlalchemy as sa
from alembic import op

revision = "0410"
down_revision = "0380"
branch_labels = None
depends_on = None

KEEP_FILE = """
CREATE FUNCTION keep_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('peergang.erasing', true) = 'on'
      OR to_jsonb(NEW) - '{description,removed_at}'::text[] = to_jsonb(OLD) - '{description,removed_at}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'what was stored of an attachment stays as it is' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

TRIGGERS = (
    "CREATE TRIGGER attachment_stays BEFORE UPDATE ON attachment FOR EACH ROW EXECUTE FUNCTION keep_attachment()",
    "CREATE TRIGGER version_attachment_stays BEFORE UPDATE OR DELETE ON version_attachment"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change()",
)


def upgrade() -> None:
    table = "attachment"
    op.create_table(
        table,
        sa.Column("reflection_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("storage_key", sa.String(), nullable=False),
        sa.Column("preview_key", sa.String(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f(f"ck__{table}__size_sane")),
        sa.CheckConstraint("(width IS NULL) = (height IS NULL)", name=op.f(f"ck__{table}__whole_measure")),
        sa.ForeignKeyConstraint(
            ["reflection_id"], ["reflection.id"], name=op.f(f"fk__{table}__reflection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{table}")),
        sa.UniqueConstraint("storage_key", name=op.f(f"uq__{table}__storage_key")),
        sa.UniqueConstraint("preview_key", name=op.f(f"uq__{table}__preview_key")),
    )
    op.create_index(f"ix__{table}__reflection_id", table, ["reflection_id", "uploaded_at"])
    table = "version_attachment"
    op.create_table(
        table,
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["reflection_version.id"], name=op.f(f"fk__{table}__version_id")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f(f"fk__{table}__attachment_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "attachment_id", name=op.f(f"pk__{table}")),
    )
    op.create_index(op.f(f"ix__{table}__attachment_id"), table, ["attachment_id"])
    op.execute(KEEP_FILE)
    for statement in TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("version_attachment")
    op.drop_table("attachment")
    op.execute("DROP FUNCTION keep_attachment()")
