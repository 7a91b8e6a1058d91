"""Feedback between peers: what was seen of the criteria, changing it until it is read, whether it helped, and thanks.

What was sent may change until the author of the reflection reads it, and never after: the text, the criteria, and the
comments that go with it (invariant 4). Thanks may change until the giver reads them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0440"
down_revision = "0430"
branch_labels = None
depends_on = None


def _columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("criteria", JSONB(), server_default="{}", nullable=False),
        sa.Column("asked", JSONB(), server_default="{}", nullable=False),
        sa.Column("rewrite", JSONB(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("helpfulness", sa.String(), nullable=True),
        sa.Column("helpfulness_note", sa.String(), server_default="", nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thanks", sa.String(), server_default="", nullable=False),
        sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thanks_read_at", sa.DateTime(timezone=True), nullable=True),
    )


CHECKS = {
    "helpfulness_known": "helpfulness IN ('helped','a_bit','not_really')",
    "answered_after_reading": "read_at IS NOT NULL OR (rated_at IS NULL AND thanked_at IS NULL)",
    "rated_has_moment": "(helpfulness IS NULL) = (rated_at IS NULL)",
    "thanks_has_moment": "(thanks = '') = (thanked_at IS NULL)",
    "thanks_read_was_given": "thanks_read_at IS NULL OR thanked_at IS NOT NULL",
}

# `still` is what may change now. What it belongs to never does, but for the activity: an edition may bring another one.
KEEP_FEEDBACK = """
CREATE FUNCTION keep_feedback() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  still text[] := '{activity_id,rewrite,revision,saved_at}';
BEGIN
  IF current_setting('peergang.erasing', true) = 'on' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF OLD.read_at IS NOT NULL THEN
    still := still || '{helpfulness,helpfulness_note,rated_at}'::text[];
    IF OLD.thanks_read_at IS NULL THEN
      still := still || '{thanks,thanked_at,thanks_read_at}'::text[];
    END IF;
  ELSIF TG_OP = 'UPDATE' AND NEW.read_at IS NOT NULL THEN
    -- Whoever reads, reads what was sent before that moment.
    still := '{read_at}';
  ELSE
    still := still || '{answers,criteria,changed_at}'::text[];
  END IF;
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - still = to_jsonb(OLD) - still THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a sent % stays as it is', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

# A comment went out with the review of its author that was sent after it was written, or with their feedback that the
# author of the reflection read after that. {gone} is the column of peer_feedback that says so.
KEEP_COMMENT = """
CREATE OR REPLACE FUNCTION keep_comment() RETURNS trigger LANGUAGE plpgsql AS $$
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
      AND peer_feedback.{gone} >= OLD.created_at
  ) THEN
    RAISE EXCEPTION 'a sent comment stays as it is' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$
"""
TRIGGER = (
    "CREATE TRIGGER sent_feedback_stays BEFORE UPDATE OR DELETE ON peer_feedback"
    " FOR EACH ROW WHEN (OLD.sent_at IS NOT NULL) EXECUTE FUNCTION {keeper}()"
)


def _watch(keeper: str, gone: str) -> None:
    op.execute("DROP TRIGGER sent_feedback_stays ON peer_feedback")
    op.execute(TRIGGER.format(keeper=keeper))
    op.execute(KEEP_COMMENT.format(gone=gone))


def upgrade() -> None:
    for column in _columns():
        op.add_column("peer_feedback", column)
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f"ck__peer_feedback__{name}"), "peer_feedback", rule)
    op.execute(KEEP_FEEDBACK)
    _watch("keep_feedback", "read_at")


def downgrade() -> None:
    _watch("keep_sent", "sent_at")
    op.execute("DROP FUNCTION keep_feedback()")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck__peer_feedback__{name}"), "peer_feedback", type_="check")
    for column in reversed(_columns()):
        op.drop_column("peer_feedback", column.name)
