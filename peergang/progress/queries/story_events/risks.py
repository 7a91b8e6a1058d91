"""Who asked for attention, and what was done about it."""

from typing import Any

from sqlalchemy import String, cast

from peergang.identity.models import User
from peergang.progress.models import CallNote, RiskDismissal, RiskSignal
from peergang.progress.queries.story_events.base import BY, Part, event
from peergang.progress.rules.story import Happened


def list_parts(head: Any) -> list[Part]:
    """What a rule saw and what was done about that; why, and what was said, stands on the pages about risks."""
    own = RiskSignal.enrolment_id == head.enrolment_id
    seen = (
        event(Happened.RISK, RiskSignal.opened_at, detail=RiskSignal.rule, slug=cast(RiskSignal.id, String))
        .select_from(RiskSignal)
        .where(own)
    )
    over = (
        event(Happened.RISK_OVER, RiskSignal.ended_at, detail=RiskSignal.rule)
        .select_from(RiskSignal)
        .where(own, RiskSignal.ended_at.is_not(None))
    )
    dismissed = (
        event(Happened.DISMISSED, RiskDismissal.dismissed_at, detail=RiskDismissal.rule, by=BY)
        .select_from(RiskDismissal)
        .outerjoin(User, User.id == RiskDismissal.dismissed_by_id)
        .where(RiskDismissal.enrolment_id == head.enrolment_id, RiskDismissal.undone_at.is_(None))
    )
    called = (
        event(Happened.CALL, CallNote.called_at, by=BY)
        .select_from(CallNote)
        .outerjoin(User, User.id == CallNote.written_by_id)
        .where(CallNote.enrolment_id == head.enrolment_id)
    )
    return [seen, over, dismissed, called]
