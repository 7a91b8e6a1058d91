"""Bounces, and how fast each provider may be sent to."""

import sqlalchemy as sa
from alembic import op

revision = "0520"
down_revision = "0510"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mail_bounce",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("forgiven_at", TIME, nullable=True),
        sa.CheckConstraint(
            "kind IN ('hard','soft','policy','complaint')", name=op.f("ck__mail_bounce__kind_known")
        ),
        sa.CheckConstraint(
            "source IN ('smtp','mailbox','webhook')", name=op.f("ck__mail_bounce__source_known")
        ),
        sa.CheckConstraint("address = lower(address)", name=op.f("ck__mail_bounce__address_lower")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__mail_bounce__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__mail_bounce")),
        sa.UniqueConstraint("report", "address", "code", name="uq__mail_bounce__once"),
    )
    op.create_index(op.f("ix__mail_bounce__user_id"), "mail_bounce", ["user_id"])
    op.create_index("ix__mail_bounce__address", "mail_bounce", ["address", "at"])
    op.create_index("ix__mail_bounce__at", "mail_bounce", ["at"])
    op.create_index(
        "ix__mail_bounce__forgiven",
        "mail_bounce",
        ["forgiven_at"],
        postgresql_where=sa.text("forgiven_at IS NOT NULL"),
    )
    op.create_table(
        "mail_rate",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("minute", TIME, nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("room", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("domain", "minute", name=op.f("pk__mail_rate")),
    )


def downgrade() -> None:
    op.drop_table("mail_rate")
    op.drop_table("mail_bounce")
