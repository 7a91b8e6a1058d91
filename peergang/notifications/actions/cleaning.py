"""What is kept no longer than it means something: choices about rules that do not exist any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peergang.notifications.catalog import list_rules
from peergang.notifications.models import NoticeChoice
from peergang.notifications.rules import Kind

KEPT = timedelta(days=30)
"""A release that is taken back and comes again finds people's choices about its new rules still there."""


def forget_choices(session: Session, *, now: datetime) -> int:
    """Remove choices that nothing reads: of rules that are gone or became account mail, and that were made KEPT ago; the
    platform itself does this every night.

    Returns:
        How many there were.
    """
    known = [rule.name for rule in list_rules() if rule.kind is Kind.REMINDER]
    old = delete(NoticeChoice).where(NoticeChoice.rule.not_in(known), NoticeChoice.since < now - KEPT)
    return session.execute(old, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined, no-any-return]
