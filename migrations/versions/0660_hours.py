"""Hours for the professional register."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0660"
down_revision = "0650"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_hours",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("quarters", sa.SmallInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", JSONB(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk__own_hours"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name="fk__own_hours__user_id"),
        sa.CheckConstraint("quarters BETWEEN 1 AND 96", name="ck__own_hours__quarters_of_a_day"),
        sa.CheckConstraint(
            "kind IN ('course','study','exchange','visit','making','network','other')",
            name="ck__own_hours__kind_known",
        ),
    )
    op.create_index("ix__own_hours__user_id_done_on", "own_hours", ["user_id", "done_on"])
    op.create_index("ix__own_hours__removed_at", "own_hours", ["removed_at"])


def downgrade() -> None:
    op.drop_table("own_hours")
