"""Know the files of reports that are being stored, so that one of a killed worker does not lie there for a month."""

import sqlalchemy as sa
from alembic import op

revision = "0720"
down_revision = "0710"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_file",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk__report_file")),
    )


def downgrade() -> None:
    op.drop_table("report_file")
