"""Tables as files, and who wants them every week."""

revision = "0670"
down_revision = "0660"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
