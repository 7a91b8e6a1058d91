"""Hours for the professional register."""

revision = "0660"
down_revision = "0650"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
