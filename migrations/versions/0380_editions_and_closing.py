"""Upgrading the edition of a running cohort: who did it and when, and the questions that a text was written to. The name of
a cohort is taken whatever its capitals. And which address somebody had before an organiser corrected it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0380"
down_revision = "0370"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "edition_upgrade",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("from_edition_id", sa.Uuid(), nullable=False),
        sa.Column("to_edition_id", sa.Uuid(), nullable=False),
        sa.Column("upgraded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upgraded_by_id", sa.Uuid(), nullable=True),
        sa.Column("carried", sa.Integer(), nullable=False),
        sa.Column("left_behind", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__edition_upgrade")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk__edition_upgrade__cohort_id")),
        sa.ForeignKeyConstraint(
            ["from_edition_id"], ["edition.id"], name=op.f("fk__edition_upgrade__from_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_edition_id"], ["edition.id"], name=op.f("fk__edition_upgrade__to_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["upgraded_by_id"], ["user.id"], name=op.f("fk__edition_upgrade__upgraded_by_id")
        ),
        sa.UniqueConstraint(
            "cohort_id", "to_edition_id", name=op.f("uq__edition_upgrade__cohort_id_to_edition_id")
        ),
        sa.CheckConstraint(
            "from_edition_id <> to_edition_id", name=op.f("ck__edition_upgrade__goes_somewhere")
        ),
    )
    op.add_column(
        "reflection",
        sa.Column("kept_prompts", postgresql.JSONB(), server_default="[]", nullable=False),
    )
    op.drop_constraint("uq__cohort__name", "cohort", type_="unique")
    # Of cohorts that differ in capitals alone the first keeps its name.
    op.execute("""
        UPDATE cohort SET name = cohort.name || ' (' || twin.place || ')'
        FROM (
            SELECT id, row_number() OVER (PARTITION BY lower(name) ORDER BY created_at, id) AS place FROM cohort
        ) twin
        WHERE twin.id = cohort.id AND twin.place > 1
    """)
    op.create_index("uq__cohort__name", "cohort", [sa.literal_column("lower(name)")], unique=True)
    _address_changes()


def _address_changes() -> None:
    op.create_table(
        "email_change",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("old_email", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__email_change")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__email_change__user_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user.id"], name=op.f("fk__email_change__changed_by_id")),
    )
    op.create_index(op.f("ix__email_change__user_id"), "email_change", ["user_id"])


def downgrade() -> None:
    op.drop_table("email_change")
    op.drop_index("uq__cohort__name", table_name="cohort")
    op.create_unique_constraint("uq__cohort__name", "cohort", ["name"])
    op.drop_column("reflection", "kept_prompts")
    op.drop_table("edition_upgrade")
