"""What a trainer asked to have somebody reminded of."""

import sqlalchemy as sa
from alembic import op

revision = "0650"
down_revision = "0640"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "nudge",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.CheckConstraint("withdrawn_at >= asked_at", name=op.f("ck__nudge__withdrawn_later")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk__nudge__enrolment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk__nudge__activity_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk__nudge__asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__nudge")),
    )
    op.create_index("ix__nudge__enrolment_id", "nudge", ["enrolment_id", "activity_id", "asked_at"])
    op.create_index(op.f("ix__nudge__asked_by_id"), "nudge", ["asked_by_id"])
    op.create_index(op.f("ix__nudge__asked_at"), "nudge", ["asked_at"])


def downgrade() -> None:
    op.execute("DELETE FROM notice WHERE rule = 'trainer_reminder'")
    op.drop_table("nudge")
