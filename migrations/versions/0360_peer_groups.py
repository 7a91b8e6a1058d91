"""Changes of peer groups that can be undone, members who stay put, and the state of an intervision that goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0360"
down_revision = "0350"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "peer_group_change",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('divided','placed','moved','mended','left','undone')",
            name=op.f("ck__peer_group_change__kind_known"),
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk__peer_group_change__cohort_id")),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["peer_group_change.id"], name=op.f("fk__peer_group_change__undoes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__peer_group_change")),
        sa.UniqueConstraint("cohort_id", "number", name=op.f("uq__peer_group_change__cohort_id_number")),
    )
    op.create_index(op.f("ix__peer_group_change__made_at"), "peer_group_change", ["made_at"])
    op.create_index(op.f("ix__peer_group_change__undoes_id"), "peer_group_change", ["undoes_id"])
    op.add_column(
        "peer_group_membership", sa.Column("pinned", sa.Boolean(), server_default="false", nullable=False)
    )
    for name in ("joined_by_id", "left_by_id"):
        op.add_column("peer_group_membership", sa.Column(name, sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk__peer_group_membership__{name}"),
            "peer_group_membership",
            "peer_group_change",
            [name],
            ["id"],
        )
        op.create_index(op.f(f"ix__peer_group_membership__{name}"), "peer_group_membership", [name])
    _create_sessions()


def _create_sessions() -> None:
    op.create_table(
        "intervision_session",
        sa.Column("peer_group_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("case_enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("step", sa.Integer(), server_default="0", nullable=False),
        sa.Column("step_started_at", MOMENT, nullable=False),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.CheckConstraint("step >= 0", name=op.f("ck__intervision_session__step_sane")),
        sa.CheckConstraint(
            "ended_at IS NULL OR (case_enrolment_id IS NULL AND paused_at IS NULL)",
            name=op.f("ck__intervision_session__nothing_kept"),
        ),
        sa.ForeignKeyConstraint(
            ["peer_group_id"], ["peer_group.id"], name=op.f("fk__intervision_session__peer_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_enrolment_id"], ["enrolment.id"], name=op.f("fk__intervision_session__case_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__intervision_session")),
    )
    table = "intervision_session"
    op.create_index(op.f("ix__intervision_session__peer_group_id"), table, ["peer_group_id"])
    op.create_index(op.f("ix__intervision_session__case_enrolment_id"), table, ["case_enrolment_id"])
    op.create_index(
        "uq__intervision_session__running",
        table,
        ["peer_group_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("intervision_session")
    for name in ("left_by_id", "joined_by_id", "pinned"):
        op.drop_column("peer_group_membership", name)
    op.drop_table("peer_group_change")
