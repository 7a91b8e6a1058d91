"""A review that is sent waits ten seconds, in which it can be taken back. Phrases of one's own. And calibration: trainers
who judge the same version apart from each other, and see afterwards where they differ.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0460"
down_revision = "0450"
branch_labels = None
depends_on = None

HELD = "held_until IS NOT NULL"
SENT_STAYS = (
    "CREATE TRIGGER sent_judgement_stays BEFORE UPDATE OR DELETE ON calibration_judgement"
    " FOR EACH ROW WHEN (OLD.sent_at IS NOT NULL) EXECUTE FUNCTION keep_sent()"
)


def upgrade() -> None:
    op.add_column("review", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck__review__held_is_ready"),
        "review",
        "held_until IS NULL OR (sent_at IS NULL AND decision IS NOT NULL)",
    )
    op.create_index("ix__review__held", "review", ["version_id"], postgresql_where=sa.text(HELD))
    op.create_table(
        "review_phrase",
        _id(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), server_default="", nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__review_phrase")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk__review_phrase__user_id")),
    )
    op.create_index(op.f("ix__review_phrase__user_id"), "review_phrase", ["user_id"])
    _calibration()
    _judgement()
    op.execute(SENT_STAYS)


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)


def _calibration() -> None:
    op.create_table(
        "calibration",
        _id(),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__calibration")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk__calibration__cohort_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["reflection_version.id"], name=op.f("fk__calibration__version_id")
        ),
        sa.ForeignKeyConstraint(["opened_by_id"], ["user.id"], name=op.f("fk__calibration__opened_by_id")),
    )
    op.create_index(op.f("ix__calibration__cohort_id"), "calibration", ["cohort_id"])
    op.create_index(op.f("ix__calibration__version_id"), "calibration", ["version_id"])
    op.create_index(op.f("ix__calibration__opened_by_id"), "calibration", ["opened_by_id"])
    op.create_index(
        "uq__calibration__open",
        "calibration",
        ["version_id"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _judgement() -> None:
    op.create_table(
        "calibration_judgement",
        _id(),
        sa.Column("calibration_id", sa.Uuid(), nullable=False),
        sa.Column("trainer_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("criteria", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk__calibration_judgement")),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name=op.f("fk__calibration_judgement__calibration_id")
        ),
        sa.ForeignKeyConstraint(
            ["trainer_id"], ["user.id"], name=op.f("fk__calibration_judgement__trainer_id")
        ),
        sa.UniqueConstraint(
            "calibration_id", "trainer_id", name=op.f("uq__calibration_judgement__calibration_id_trainer_id")
        ),
        sa.CheckConstraint(
            "decision IN ('approve','return','talk_first')",
            name=op.f("ck__calibration_judgement__decision_known"),
        ),
        sa.CheckConstraint(
            "sent_at IS NULL OR decision IS NOT NULL",
            name=op.f("ck__calibration_judgement__sent_has_decision"),
        ),
    )
    op.create_index(op.f("ix__calibration_judgement__trainer_id"), "calibration_judgement", ["trainer_id"])


def downgrade() -> None:
    op.drop_table("calibration_judgement")
    op.drop_table("calibration")
    op.drop_table("review_phrase")
    op.drop_index("ix__review__held", table_name="review")
    op.drop_constraint(op.f("ck__review__held_is_ready"), "review", type_="check")
    op.drop_column("review", "held_until")
