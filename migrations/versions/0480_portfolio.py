"""Which practice example was made of which reflection, and the consent of everybody quoted in it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0480"
down_revision = "0470"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promotion",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("example_id", sa.Uuid(), nullable=False),
        sa.Column("source_reflection_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__promotion")),
        sa.ForeignKeyConstraint(
            ["example_id"],
            ["practice_example.id"],
            name=op.f("fk__promotion__example_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_reflection_id"], ["reflection.id"], name=op.f("fk__promotion__source_reflection_id")
        ),
        sa.UniqueConstraint("example_id", name=op.f("uq__promotion__example_id")),
    )
    op.create_index(op.f("ix__promotion__source_reflection_id"), "promotion", ["source_reflection_id"])
    op.create_table(
        "promotion_consent",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("outside_name", sa.String(), server_default="", nullable=False),
        sa.Column("passages", postgresql.JSONB(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__promotion_consent")),
        sa.ForeignKeyConstraint(
            ["promotion_id"],
            ["promotion.id"],
            name=op.f("fk__promotion_consent__promotion_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk__promotion_consent__person_id")),
        sa.CheckConstraint(
            "(person_id IS NULL) = (outside_name <> '')", name=op.f("ck__promotion_consent__somebody")
        ),
        sa.CheckConstraint(
            "answer IN ('yes','no','asked_myself','not_meant')",
            name=op.f("ck__promotion_consent__answer_known"),
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck__promotion_consent__answer_dated")
        ),
    )
    op.create_index(op.f("ix__promotion_consent__person_id"), "promotion_consent", ["person_id"])
    op.create_index(
        "uq__promotion_consent__person",
        "promotion_consent",
        ["promotion_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_index(
        "uq__promotion_consent__outside",
        "promotion_consent",
        ["promotion_id", sa.text("lower(outside_name)")],
        unique=True,
        postgresql_where=sa.text("person_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("promotion_consent")
    op.drop_table("promotion")
