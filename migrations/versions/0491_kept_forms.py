"""Forms that were sent just after the session had ended."""

import sqlalchemy as sa
from alembic import op

revision = "0491"
down_revision = "0490"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "kept_form",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__kept_form__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__kept_form")),
    )
    for column in ("user_id", "expires_at"):
        op.create_index(op.f(f"ix__kept_form__{column}"), "kept_form", [column])


def downgrade() -> None:
    op.drop_table("kept_form")
