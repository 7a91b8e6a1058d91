"""How far a full compile is, and what it found."""

import sqlalchemy as sa
from alembic import op

revision = "0620"
down_revision = "0610"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _follow_runs()
    op.create_table(
        "compile_difference",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(f"{side}_{name}", kind, nullable=True)
            for side in ("stood", "should")
            for name, kind in (("required", sa.Integer()), ("completed", sa.Integer()), ("last_at", MOMENT))
        ),
        sa.Column("repaired_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk__compile_difference"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["compile_run.id"], name="fk__compile_difference__run_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name="fk__compile_difference__enrolment_id"
        ),
    )
    for column in ("run_id", "enrolment_id"):
        op.create_index(f"ix__compile_difference__{column}", "compile_difference", [column])


def _follow_runs() -> None:
    """The runs that are there have ended long ago, and were the platform's own."""
    table = "compile_run"
    op.drop_constraint("pk__compile_run", table)
    op.add_column(
        table, sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)
    )
    op.create_primary_key("pk__compile_run", table, ["id"])
    for name, before in (("state", "done"), ("origin", "night"), ("reason", "")):
        op.add_column(table, sa.Column(name, sa.String(), server_default=before, nullable=False))
    for name in ("total", "done", "written"):
        op.add_column(table, sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column(table, sa.Column("worked", sa.Float(), server_default="0", nullable=False))
    op.add_column(table, sa.Column("heard_at", MOMENT, nullable=True))
    op.add_column(table, sa.Column("position", sa.Uuid(), nullable=True))
    op.add_column(table, sa.Column("started_by_id", sa.Uuid(), nullable=True))
    op.execute(
        "UPDATE compile_run SET total = enrolments, done = enrolments, written = corrected, heard_at = finished_at,"
        " worked = coalesce(extract(epoch FROM finished_at - started_at), 0)"
    )
    op.create_foreign_key("fk__compile_run__started_by_id", table, "user", ["started_by_id"], ["id"])
    op.create_check_constraint(
        op.f("ck__compile_run__known_state"), table, "state IN ('running', 'done', 'stopped', 'failed')"
    )
    op.create_index(
        "uq__compile_run__running",
        table,
        ["state"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )
    for column in ("started_at", "started_by_id"):
        op.create_index(f"ix__compile_run__{column}", table, [column])


def downgrade() -> None:
    op.drop_table("compile_difference")
    table = "compile_run"
    for index in (
        "ix__compile_run__started_by_id",
        "ix__compile_run__started_at",
        "uq__compile_run__running",
    ):
        op.drop_index(index, table_name=table)
    op.drop_constraint(op.f("ck__compile_run__known_state"), table)
    # One moment was one run then.
    op.execute(
        "DELETE FROM compile_run AS one USING compile_run AS other"
        " WHERE one.started_at = other.started_at AND one.id < other.id"
    )
    op.drop_constraint("pk__compile_run", table)
    for column in (
        *("started_by_id", "position", "heard_at", "worked", "total", "done", "written"),
        *("state", "origin", "reason", "id"),
    ):
        op.drop_column(table, column)
    op.create_primary_key("pk__compile_run", table, ["started_at"])
