"""What somebody read of meetings on the site alone: their message stood there, and no mail of it was sent.

What a mail said is known a meeting at a time (`calendar_line`); what stood on the site only by when it stood there. So all of
this is about the moment at which a meeting changed last: what held then does not change any more, whatever becomes of the
message, and nobody is told the same change by two rules.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_

from peergang.cohorts.models import Enrolment, Meeting
from peergang.notifications.models import Notice
from peergang.notifications.rules import NoticeState
from peergang.notifications.rules.inbox import STILL_TRUE

_LONG_AGO: ColumnElement[Any] = literal_column("'-infinity'::timestamptz")

_still_true = and_(Notice.state == NoticeState.SUPPRESSED, Notice.reason.in_(sorted(STILL_TRUE)))

# It may have been taken away because of this very change: until then it stood there.
_stood = or_(
    Notice.state.in_((NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.EXPIRED, NoticeState.FAILED)),
    _still_true,
    and_(Notice.state == NoticeState.SUPPRESSED, Notice.finished_at >= Meeting.changed_at),
)
_without_mail = or_(Notice.state.in_((NoticeState.EXPIRED, NoticeState.FAILED)), _still_true)

# The first of its meetings began before its mail could go, which says nothing about the others: their files for the calendar
# are still to come, unless who they are for read of them here.
_too_late = and_(
    or_(
        Notice.state == NoticeState.EXPIRED,
        and_(Notice.state == NoticeState.SUPPRESSED, Notice.reason.in_(("budget", "quiet"))),
    ),
    Notice.read_at.is_(None),
)

COMMITTED = timedelta(minutes=1)
"""A change may become visible so long after the moment that it carries."""


def stood_on_site(called_off_at: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the meeting of the row stood among the messages of the person of `Enrolment` when it changed last.

    Only since they came in, and since a mail took it out of their calendar at `called_off_at`.
    """
    return _told_before_the_change(_stood, called_off_at)


def was_told_on_site(called_off_at: ColumnElement[Any]) -> ColumnElement[bool]:
    """The same, and they had read it by then or no mail of it was to come. As long as one waits, a new one replaces it."""
    return _told_before_the_change(
        or_(
            and_(_without_mail, Notice.finished_at <= Meeting.changed_at),
            and_(_stood, Notice.read_at <= Meeting.changed_at),
        ),
        called_off_at,
    )


def is_known_from_site(rule: str, told_at: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a message of `rule` without a mail said this already, as it is now; `told_at` is when a mail was ready last.

    That another meeting passed, moved or was called off is no reason to say it again; that its mail came too late is.
    """
    since = func.greatest(Meeting.changed_at, Enrolment.activated_at, Enrolment.withdrawn_at, told_at)
    message = exists().where(
        Notice.rule == rule,
        Notice.subject_id == Enrolment.id,
        Notice.recipient_id == Enrolment.user_id,
        Notice.planned_at > since + COMMITTED,
        _without_mail,
        ~_too_late,
    )
    return message.correlate_except(Notice)


def _told_before_the_change(
    how: ColumnElement[bool], called_off_at: ColumnElement[Any]
) -> ColumnElement[bool]:
    message = exists().where(
        Notice.rule.in_(("meeting_planned", "meeting_moved")),
        Notice.subject_id == Enrolment.id,
        Notice.recipient_id == Enrolment.user_id,
        Notice.ready_at <= Meeting.changed_at,
        Notice.ready_at > func.coalesce(Enrolment.activated_at, _LONG_AGO),
        Notice.ready_at > func.coalesce(called_off_at, _LONG_AGO),
        how,
    )
    return and_(Meeting.revision > 0, message.correlate_except(Notice))
