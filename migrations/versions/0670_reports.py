"""Tables as files, and who wants them every week."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0670"
down_revision = "0660"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
FORMATS = "format IN ('csv', 'xlsx', 'pdf')"


def upgrade() -> None:
    _subscriptions()
    _reports()


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _empty(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), server_default="", nullable=False) for name in names]


def _zero(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in names]


def _times(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, TIME, nullable=True) for name in names]


def _subscriptions() -> None:
    table = "report_subscription"
    op.create_table(
        table,
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *_words("kind", "title", "format", "locale", "role", "end_token"),
        *_empty("query", "ended_because"),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        *_times("paused_at", "ended_at"),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f(f"ck__{table}__weekday_known")),
        sa.CheckConstraint(FORMATS, name=op.f(f"ck__{table}__format_known")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f(f"fk__{table}__user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{table}")),
        sa.UniqueConstraint("end_token", name=op.f(f"uq__{table}__end_token")),
    )
    op.create_index(f"ix__{table}__user_id", table, ["user_id"])
    going = sa.text("paused_at IS NULL AND ended_at IS NULL")
    op.create_index(f"ix__{table}__next_on", table, ["next_on"], postgresql_where=going)
    op.create_index(
        f"uq__{table}__wanted",
        table,
        ["user_id", "kind", "query"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _reports() -> None:
    table = "report"
    op.create_table(
        table,
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *_words("kind", "format", "locale", "role"),
        *_empty("query", "reason", "name", "title"),
        sa.Column("state", sa.String(), server_default="requested", nullable=False),
        *_zero("done", "total", "tries", "size"),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("storage_key", sa.String(), nullable=True),
        sa.Column("people", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("figures", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("subscription_id", sa.Uuid(), nullable=True),
        sa.Column("for_day", sa.Date(), nullable=True),
        sa.Column("asked_at", TIME, nullable=False),
        *_times("lease_until", "ready_at", "expires_at", "fetched_at"),
        *_checks(table),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f(f"fk__{table}__user_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["report_subscription.id"],
            name=op.f(f"fk__{table}__subscription_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{table}")),
        sa.UniqueConstraint("storage_key", name=op.f(f"uq__{table}__storage_key")),
        sa.UniqueConstraint("subscription_id", "for_day", name=op.f(f"uq__{table}__subscription_id_for_day")),
    )
    op.create_index(f"ix__{table}__user_id", table, ["user_id", "asked_at"])
    unfinished = sa.text("state IN ('requested', 'running')")
    op.create_index(f"ix__{table}__unfinished", table, ["asked_at"], postgresql_where=unfinished)
    op.create_index(f"ix__{table}__expires_at", table, ["expires_at"])
    op.create_index(
        f"ix__{table}__ready_at", table, ["ready_at"], postgresql_where=sa.text("state = 'ready'")
    )


def _checks(table: str) -> list[sa.CheckConstraint]:
    states = "state IN ('requested', 'running', 'ready', 'failed', 'expired', 'removed')"
    found = {
        "state_known": states,
        "format_known": FORMATS,
        "ready_with_file": "state <> 'ready' OR storage_key IS NOT NULL",
        "running_with_worker": "(state = 'running') = (lease_token IS NOT NULL)",
        "day_of_subscription": "(subscription_id IS NULL) = (for_day IS NULL)",
    }
    return [sa.CheckConstraint(sql, name=op.f(f"ck__{table}__{name}")) for name, sql in found.items()]


def downgrade() -> None:
    op.execute("DELETE FROM notice WHERE rule IN ('report_failed', 'report_ready', 'scheduled_report')")
    op.drop_table("report")
    op.drop_table("report_subscription")
