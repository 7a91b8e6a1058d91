"""Certificates."""

revision = "0680"
down_revision = "0670"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
