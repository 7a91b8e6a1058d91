"""Drafts of reviews and of peer feedback count their saves; a trainer may answer the same version twice."""

import sqlalchemy as sa
from alembic import op

revision = "0130"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.add_column("peer_feedback", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.drop_constraint("uq__review__version_id_reviewer_id", "review", type_="unique")
    op.create_index(
        "uq__review__draft",
        "review",
        ["version_id", "reviewer_id"],
        unique=True,
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_index("ix__review__version_id", "review", ["version_id"])


def downgrade() -> None:
    op.drop_index("ix__review__version_id", "review")
    op.drop_index("uq__review__draft", "review")
    op.create_unique_constraint("uq__review__version_id_reviewer_id", "review", ["version_id", "reviewer_id"])
    op.drop_column("peer_feedback", "revision")
    op.drop_column("review", "revision")
