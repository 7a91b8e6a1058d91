"""Which version of a rule completed an activity, and completion by a trainer's judgment."""

revision = "0610"
down_revision = "0550"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
