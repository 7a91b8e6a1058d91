"""Reminders: urgency, what went out together, choices per rule, habits, what is held back, and addresses that refuse."""

import sqlalchemy as sa
from alembic import op

revision = "0510"
down_revision = "0491"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _notices()
    _choices()
    _operators()


def _notices() -> None:
    op.add_column("notice", sa.Column("ready_at", TIME, nullable=True))
    op.execute("UPDATE notice SET ready_at = not_before")
    op.alter_column("notice", "ready_at", nullable=False)
    op.add_column("notice", sa.Column("urgency", sa.SmallInteger(), server_default="1", nullable=False))
    for name, kind in (
        ("mail_id", sa.Uuid()),
        ("cohort_id", sa.Uuid()),
        ("read_at", TIME),
        ("pushed_at", TIME),
    ):
        op.add_column("notice", sa.Column(name, kind, nullable=True))
    op.add_column("notice", sa.Column("push_state", sa.String(), server_default="", nullable=False))
    # What went out before was never more than one matter a message, and its Message-ID was its own id.
    op.execute("UPDATE notice SET mail_id = id WHERE handed_over_at IS NOT NULL")
    op.create_check_constraint(op.f("ck__notice__urgency_known"), "notice", "urgency BETWEEN 0 AND 4")
    op.create_check_constraint(
        op.f("ck__notice__push_state_known"), "notice", "push_state IN ('','queued','sent','failed','gone')"
    )
    for name, columns, where in (
        ("unread", ["recipient_id", "ready_at"], "read_at IS NULL"),
        ("mail_id", ["mail_id"], "mail_id IS NOT NULL"),
        ("to_push", ["ready_at"], "push_state = 'queued'"),
        ("finished", ["finished_at"], "finished_at IS NOT NULL"),
        ("unsettled", ["state", "reason", "finished_at"], "state IN ('failed', 'uncertain')"),
    ):
        op.create_index(f"ix__notice__{name}", "notice", columns, postgresql_where=sa.text(where))


def _choices() -> None:
    op.create_table(
        "notice_choice",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.CheckConstraint(
            "delivery IN ('at_once','daily','weekly','in_app','off')",
            name=op.f("ck__notice_choice__delivery_known"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__notice_choice__user_id")),
        sa.PrimaryKeyConstraint("user_id", "rule", name=op.f("pk__notice_choice")),
    )
    op.execute(
        "INSERT INTO notice_choice (user_id, rule, delivery, since) SELECT user_id, rule, 'off', since FROM rule_opt_out"
    )
    op.drop_table("rule_opt_out")
    op.create_table(
        "notice_habits",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("rhythm", sa.String(), server_default="", nullable=False),
        sa.Column("per_week", sa.SmallInteger(), server_default="5", nullable=False),
        sa.Column("quiet_from", sa.Time(), server_default="21:00", nullable=False),
        sa.Column("quiet_until", sa.Time(), server_default="08:00", nullable=False),
        sa.Column("weekends", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("school_holidays", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "rhythm IN ('','at_once','daily','weekly','in_app')", name=op.f("ck__notice_habits__rhythm_known")
        ),
        sa.CheckConstraint("per_week BETWEEN 1 AND 20", name=op.f("ck__notice_habits__per_week_sane")),
        sa.CheckConstraint("away_until >= away_from", name=op.f("ck__notice_habits__away_forward")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__notice_habits__user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk__notice_habits")),
    )


def _operators() -> None:
    op.create_table(
        "sending_pause",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("key", sa.String(), server_default="", nullable=False),
        sa.Column("why", sa.String(), server_default="", nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("scope IN ('all','rule','cohort')", name=op.f("ck__sending_pause__scope_known")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk__sending_pause__by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__sending_pause")),
        sa.UniqueConstraint("scope", "key", name=op.f("uq__sending_pause__scope_key")),
    )
    op.create_index(op.f("ix__sending_pause__by_id"), "sending_pause", ["by_id"])
    op.create_table(
        "address_suspension",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("since", TIME, nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.CheckConstraint("address = lower(address)", name=op.f("ck__address_suspension__address_lower")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__address_suspension__user_id")),
        sa.PrimaryKeyConstraint("address", name=op.f("pk__address_suspension")),
    )
    op.create_index(op.f("ix__address_suspension__user_id"), "address_suspension", ["user_id"])


def downgrade() -> None:
    op.drop_table("address_suspension")
    op.drop_table("sending_pause")
    op.drop_table("notice_habits")
    op.create_table(
        "rule_opt_out",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__rule_opt_out__user_id")),
        sa.PrimaryKeyConstraint("user_id", "rule", name=op.f("pk__rule_opt_out")),
    )
    op.execute(
        "INSERT INTO rule_opt_out (user_id, rule, since) SELECT user_id, rule, since FROM notice_choice WHERE delivery = 'off'"
    )
    op.drop_table("notice_choice")
    for name in ("unsettled", "finished", "to_push", "unread", "mail_id"):
        op.drop_index(f"ix__notice__{name}", "notice")
    for name in ("push_state", "pushed_at", "read_at", "cohort_id", "mail_id", "urgency", "ready_at"):
        op.drop_column("notice", name)
