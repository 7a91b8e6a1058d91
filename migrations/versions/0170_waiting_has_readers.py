"""What waits for a trainer has an audience that lets the trainer in; without one it was in nobody's queue."""

from alembic import op

revision = "0170"
down_revision = "0140"
branch_labels = None
depends_on = None

# Whoever lost the choice by a save, or could choose "only me" at that moment, decides again: nobody reads along meanwhile,
# and the words stay with the author.
TAKE_BACK = """
UPDATE reflection SET state = 'withdrawn', reviewer_id = NULL, draft_revision = draft_revision + 1
WHERE state IN ('submitted', 'in_review') AND (audience IS NULL OR audience = 'private')
"""


def upgrade() -> None:
    op.execute(TAKE_BACK)
    op.create_check_constraint(
        op.f("ck__reflection__waiting_has_readers"),
        "reflection",
        "state NOT IN ('submitted','in_review') OR (audience IS NOT NULL AND audience <> 'private')",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck__reflection__waiting_has_readers"), "reflection", type_="check")
