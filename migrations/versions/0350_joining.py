"""Joining by link, why somebody stopped, who was put in front, and files whose columns are named by hand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0350"
down_revision = "0340"
branch_labels = None
depends_on = None


def _added() -> dict[str, tuple[sa.Column, ...]]:
    return {
        "cohort": (
            sa.Column("join_open", sa.Boolean(), server_default="false", nullable=False),
            sa.Column("join_until", sa.Date(), nullable=True),
            sa.Column("join_number", sa.Integer(), server_default="0", nullable=False),
        ),
        "enrolment": (
            sa.Column("withdrawn_reason", sa.String(), server_default="", nullable=False),
            sa.Column("moved_up", sa.Integer(), server_default="0", nullable=False),
        ),
        "roster_import": (
            sa.Column("cells", postgresql.JSONB(), server_default="[]", nullable=False),
            sa.Column("columns", postgresql.JSONB(), server_default="{}", nullable=False),
            sa.Column("leaving", postgresql.JSONB(), server_default="[]", nullable=False),
        ),
    }


def upgrade() -> None:
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    _create_join_request()


def _create_join_request() -> None:
    words = ("given_name", "particle", "family_name", "email", "institution_text", "job_title", "motivation")
    op.create_table(
        "join_request",
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in words),
        sa.Column("institution_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting','approved','declined')", name=op.f("ck__join_request__state_known")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk__join_request__cohort_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__join_request__user_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk__join_request__decided_by_id")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk__join_request__institution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__join_request")),
    )
    op.create_index(
        "uq__join_request__waiting",
        "join_request",
        ["cohort_id", "email"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix__join_request__cohort_id", "join_request", ["cohort_id", "state"])
    op.create_index(op.f("ix__join_request__user_id"), "join_request", ["user_id"])
    op.create_index(op.f("ix__join_request__institution_id"), "join_request", ["institution_id"])


def downgrade() -> None:
    op.drop_table("join_request")
    for table, columns in _added().items():
        for column in columns:
            op.drop_column(table, column.name)
