"""Whose silence was called a false alarm is in no message to trainers about who fell silent.

No rule of its own: the files of this folder are read wherever messages are planned, and that is where this must be known.
"""

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_

from peergang.cohorts.models import Enrolment
from peergang.progress.models import RiskDismissal
from peergang.reminders.queries.silence import did_something, last_deed, leave_out


def is_false_alarm() -> ColumnElement[bool]:
    """Whether the silence of the participant of `Enrolment`, since what they did last, was set aside."""
    same = or_(
        and_(RiskDismissal.rule == "quiet", RiskDismissal.cause == cast(last_deed(), String)),
        # Who began meanwhile is silent anew.
        and_(RiskDismissal.rule == "never_started", ~did_something()),
    )
    return (
        exists()
        .where(RiskDismissal.enrolment_id == Enrolment.id, RiskDismissal.undone_at.is_(None), same)
        .correlate(Enrolment)
    )


leave_out(is_false_alarm)
