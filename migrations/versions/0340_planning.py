"""Free periods, single dates and extensions.

An extension changes what somebody should have done by now, so the database itself marks the enrolment as dirty.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0340"
down_revision = "0330"
branch_labels = None
depends_on = None

TRIGGERS = (
    "CREATE TRIGGER extension_marks_new AFTER INSERT ON extension REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION mark_progress_dirty()",
    "CREATE TRIGGER extension_marks AFTER UPDATE ON extension REFERENCING NEW TABLE AS changed"
    " FOR EACH STATEMENT EXECUTE FUNCTION mark_progress_dirty()",
)


def upgrade() -> None:
    op.add_column(
        "cohort_activity", sa.Column("pinned", sa.Boolean(), server_default="false", nullable=False)
    )
    op.add_column("meeting", sa.Column("previous", postgresql.JSONB(), nullable=True))
    _create_free_period()
    _create_extension()
    for statement in TRIGGERS:
        op.execute(statement)


def _create_free_period() -> None:
    op.create_table(
        "free_period",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("region", sa.String(), server_default="", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck__free_period__period_forward")),
        sa.CheckConstraint(
            "region IN ('','noord','midden','zuid')", name=op.f("ck__free_period__region_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__free_period")),
        sa.UniqueConstraint(
            "name", "region", "starts_on", name=op.f("uq__free_period__name_region_starts_on")
        ),
    )
    op.create_index(op.f("ix__free_period__ends_on"), "free_period", ["ends_on"])


def _create_extension() -> None:
    op.create_table(
        "extension",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("granted_by_id", sa.Uuid(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk__extension__activity_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk__extension__enrolment_id")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["user.id"], name=op.f("fk__extension__granted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__extension")),
    )
    op.create_index(op.f("ix__extension__enrolment_id"), "extension", ["enrolment_id"])
    op.create_index(
        "uq__extension__current",
        "extension",
        ["enrolment_id", "activity_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def downgrade() -> None:
    for statement in TRIGGERS:
        op.execute(f"DROP TRIGGER {statement.split()[2]} ON extension")
    op.drop_table("extension")
    op.drop_table("free_period")
    op.drop_column("meeting", "previous")
    op.drop_column("cohort_activity", "pinned")
