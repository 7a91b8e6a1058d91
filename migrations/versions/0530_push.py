"""Browsers that get messages pushed."""

import sqlalchemy as sa
from alembic import op

revision = "0530"
down_revision = "0520"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("endpoint_hash", sa.LargeBinary(), nullable=False),
        sa.Column("p256dh", sa.String(), nullable=False),
        sa.Column("auth", sa.String(), nullable=False),
        sa.Column("device", sa.String(), server_default="", nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME, nullable=True),
        sa.Column("retry_at", TIME, nullable=True),
        sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__push_subscription__user_id")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sign_in_session.id"],
            name=op.f("fk__push_subscription__session_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__push_subscription")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq__push_subscription__endpoint_hash")),
    )
    for column in ("user_id", "session_id"):
        op.create_index(op.f(f"ix__push_subscription__{column}"), "push_subscription", [column])


def downgrade() -> None:
    op.drop_table("push_subscription")
