"""What was sent stays as it was: reviews, feedback of peers, and the comments that went out with them (invariant 4).

Only the moment at which it was read comes afterwards. Erasing a person is the exception, as for facts.
"""

from alembic import op

revision = "0171"
down_revision = "0180"
branch_labels = None
depends_on = None

KEEP_SENT = """
CREATE FUNCTION keep_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('peergang.erasing', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'read_at' = to_jsonb(OLD) - 'read_at' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a sent % stays as it is', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

# A comment went out with the review or the feedback of its author that was sent after it was written.
KEEP_COMMENT = """
CREATE FUNCTION keep_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('peergang.erasing', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.version_id, NEW.author_id, NEW.created_at)
      IS DISTINCT FROM (OLD.version_id, OLD.author_id, OLD.created_at) THEN
    RAISE EXCEPTION 'a comment stays at its version' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (
    SELECT FROM review
    WHERE review.version_id = OLD.version_id AND review.reviewer_id = OLD.author_id
      AND review.sent_at >= OLD.created_at
  ) OR EXISTS (
    SELECT FROM peer_feedback JOIN enrolment ON enrolment.id = peer_feedback.giver_id
    WHERE peer_feedback.version_id = OLD.version_id AND enrolment.user_id = OLD.author_id
      AND peer_feedback.sent_at >= OLD.created_at
  ) THEN
    RAISE EXCEPTION 'a sent comment stays as it is' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""

TRIGGERS = (
    "CREATE TRIGGER sent_review_stays BEFORE UPDATE OR DELETE ON review"
    " FOR EACH ROW WHEN (OLD.sent_at IS NOT NULL) EXECUTE FUNCTION keep_sent()",
    "CREATE TRIGGER sent_feedback_stays BEFORE UPDATE OR DELETE ON peer_feedback"
    " FOR EACH ROW WHEN (OLD.sent_at IS NOT NULL) EXECUTE FUNCTION keep_sent()",
    "CREATE TRIGGER comment_stays BEFORE UPDATE OR DELETE ON comment"
    " FOR EACH ROW EXECUTE FUNCTION keep_comment()",
)


def upgrade() -> None:
    for statement in (KEEP_SENT, KEEP_COMMENT, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for statement in TRIGGERS:
        words = statement.split()
        op.execute(f"DROP TRIGGER {words[2]} ON {words[words.index('ON') + 1]}")
    for function in ("keep_sent", "keep_comment"):
        op.execute(f"DROP FUNCTION {function}()")
