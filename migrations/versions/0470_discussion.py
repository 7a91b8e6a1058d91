"""Conversations under modules and meetings."""

import sqlalchemy as sa
from alembic import op

revision = "0470"
down_revision = "0460"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_thread()
    _create_post()
    _create_mention()
    _create_reader()


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(
    table: str, column: str, target: str, *, nullable: bool = False, ondelete: str | None = None
) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, sa.Uuid(), nullable=nullable),
        sa.ForeignKeyConstraint(
            [column], [f"{target}.id"], name=op.f(f"fk__{table}__{column}"), ondelete=ondelete
        ),
    ]


def _id(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk__{table}")),
    ]


def _create_thread() -> None:
    table = "discussion_thread"
    op.create_table(
        table,
        *_key(table, "cohort_id", "cohort"),
        *_key(table, "module_id", "module", nullable=True),
        *_key(table, "meeting_id", "meeting", nullable=True, ondelete="CASCADE"),
        *_key(table, "author_id", "user"),
        sa.Column("title", sa.String(), nullable=False),
        _moment("created_at"),
        sa.Column("last_number", sa.Integer(), server_default="0", nullable=False),
        _moment("last_post_at"),
        *_id(table),
        sa.CheckConstraint("num_nonnulls(module_id, meeting_id) = 1", name=op.f(f"ck__{table}__one_place")),
    )
    op.create_index(f"ix__{table}__cohort_id", table, ["cohort_id", "module_id", "last_post_at"])
    op.create_index(f"ix__{table}__meeting_id", table, ["meeting_id", "last_post_at"])
    for column in ("module_id", "author_id"):
        op.create_index(op.f(f"ix__{table}__{column}"), table, [column])


def _create_post() -> None:
    table = "discussion_post"
    op.create_table(
        table,
        *_key(table, "thread_id", "discussion_thread", ondelete="CASCADE"),
        sa.Column("number", sa.Integer(), nullable=False),
        *_key(table, "author_id", "user"),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("body_html", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="shown", nullable=False),
        _moment("created_at"),
        _moment("edited_at", nullable=True),
        *_key(table, "hidden_by_id", "user", nullable=True),
        sa.Column("hidden_reason", sa.String(), server_default="", nullable=False),
        *_id(table),
        sa.UniqueConstraint("thread_id", "number", name=op.f(f"uq__{table}__thread_id_number")),
        sa.CheckConstraint(
            "state IN ('shown','hidden','removed','erased')", name=op.f(f"ck__{table}__state_known")
        ),
        sa.CheckConstraint(
            "state IN ('shown','hidden') OR (body = '' AND body_html = '')",
            name=op.f(f"ck__{table}__gone_is_empty"),
        ),
        sa.CheckConstraint(
            "(state = 'hidden') = (hidden_by_id IS NOT NULL)", name=op.f(f"ck__{table}__hidden_by_somebody")
        ),
    )
    for column in ("author_id", "created_at", "hidden_by_id"):
        op.create_index(op.f(f"ix__{table}__{column}"), table, [column])


def _create_mention() -> None:
    table = "discussion_mention"
    op.create_table(
        table,
        *_key(table, "post_id", "discussion_post", ondelete="CASCADE"),
        *_key(table, "user_id", "user"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("post_id", "user_id", name=op.f(f"pk__{table}")),
    )
    for column in ("user_id", "created_at"):
        op.create_index(op.f(f"ix__{table}__{column}"), table, [column])


def _create_reader() -> None:
    table = "discussion_reader"
    op.create_table(
        table,
        *_key(table, "thread_id", "discussion_thread", ondelete="CASCADE"),
        *_key(table, "user_id", "user"),
        sa.Column("read_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("level", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("thread_id", "user_id", name=op.f(f"pk__{table}")),
        sa.CheckConstraint("level IN ('follow','off','mute')", name=op.f(f"ck__{table}__level_known")),
    )
    op.create_index(op.f(f"ix__{table}__user_id"), table, ["user_id"])


def downgrade() -> None:
    for table in ("discussion_reader", "discussion_mention", "discussion_post", "discussion_thread"):
        op.drop_table(table)
