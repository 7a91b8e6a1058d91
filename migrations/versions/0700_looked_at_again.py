"""Look again at the cohort of a fact that was taken away with the judgment it rested on, and where a contact person left."""

from alembic import op

revision = "0700"
down_revision = "0690"
branch_labels = None
depends_on = None

GONE = (
    "CREATE TRIGGER activity_completion_risks_delete AFTER DELETE ON activity_completion"
    " REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_risks_by_enrolment()"
)

MARK_OF_CONTACT = """
CREATE FUNCTION mark_risks_of_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO risk_mark (cohort_id) SELECT DISTINCT enrolment.cohort_id FROM role_grant
    JOIN affiliation ON affiliation.institution_id = role_grant.institution_id
    JOIN enrolment ON enrolment.user_id = affiliation.user_id
    WHERE role_grant.user_id = NEW.id;
  RETURN NULL;
END $$
"""

# Anything else of a person changes at every sign-in, and says nothing here.
LEFT = (
    'CREATE TRIGGER user_risks_update AFTER UPDATE OF deactivated_at ON "user" FOR EACH ROW'
    " WHEN (OLD.deactivated_at IS DISTINCT FROM NEW.deactivated_at) EXECUTE FUNCTION mark_risks_of_contact()"
)


def upgrade() -> None:
    op.execute(GONE)
    op.execute(MARK_OF_CONTACT)
    op.execute(LEFT)


def downgrade() -> None:
    op.execute('DROP TRIGGER user_risks_update ON "user"')
    op.execute("DROP FUNCTION mark_risks_of_contact()")
    op.execute("DROP TRIGGER activity_completion_risks_delete ON activity_completion")
