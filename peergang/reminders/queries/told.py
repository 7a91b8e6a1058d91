"""What the ledger says that somebody was told, so that two rules never tell the same thing at the same time."""

from typing import Any

from sqlalchemy import ColumnElement, exists, func

from peergang.cohorts.models import CalendarLine, Enrolment, Meeting
from peergang.notifications.models import Notice
from peergang.notifications.rules import NoticeState

GOING = (NoticeState.QUEUED, NoticeState.CLAIMED)
"""It is about to be told."""

TOLD = (*GOING, NoticeState.SENT, NoticeState.UNCERTAIN)
"""It was told, or is about to be."""

_MOMENT = func.coalesce(Notice.handed_over_at, Notice.not_before)


def is_told(rule: str, subject_id: Any, recipient_id: Any, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the ledger holds a notice of `rule` about this for them, told or about to be."""
    return exists().where(
        Notice.rule == rule,
        Notice.subject_id == subject_id,
        Notice.recipient_id == recipient_id,
        Notice.state.in_(TOLD),
        *more,
    )


def is_told_since(rule: str, subject_id: Any, recipient_id: Any, moment: Any) -> ColumnElement[bool]:
    """The same, from `moment` on."""
    return is_told(rule, subject_id, recipient_id, moment <= _MOMENT)


def is_in_calendar_since(moment: Any) -> ColumnElement[bool]:
    """Whether the person of `Enrolment` got the `Meeting` for their calendar from `moment` on, or is about to."""
    line = exists().where(
        CalendarLine.enrolment_id == Enrolment.id,
        CalendarLine.meeting_id == Meeting.id,
        Notice.id == CalendarLine.notice_id,
        Notice.state.in_(TOLD),
        moment <= _MOMENT,
    )
    letter = exists().where(
        Notice.rule.in_(("meeting_planned", "meeting_moved")),
        Notice.subject_id == Enrolment.id,
        Notice.recipient_id == Enrolment.user_id,
        Notice.state.in_(GOING),
    )
    return line.correlate(Enrolment, Meeting) | letter.correlate(Enrolment)
