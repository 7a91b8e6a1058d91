"""What people were told of meetings, and what they have to be told still.

`calendar_line` holds what each mail said; a line counts once its notice was sent, or may have been. Who had no mail of it
was told on the site (told_on_site.py). What is pending follows from that and from how things are now, so whatever happens in
whatever order, the next message puts it right.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from peergang.cohorts.models import CalendarLine, Cohort, Enrolment, Meeting
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.queries.told_on_site import (
    is_known_from_site,
    stood_on_site,
    was_told_on_site,
)
from peergang.cohorts.rules import INVITING, MeetingState
from peergang.cohorts.rules.calendar import Method
from peergang.notifications.models import Notice, NoticeChoice
from peergang.notifications.rules import Delivery, NoticeState

TOLD = (NoticeState.SENT, NoticeState.UNCERTAIN)

_told = (
    select(CalendarLine.method, CalendarLine.revision, CalendarLine.sequence, Notice.ready_at)
    .join(Notice, Notice.id == CalendarLine.notice_id)
    .where(
        CalendarLine.enrolment_id == Enrolment.id,
        CalendarLine.meeting_id == Meeting.id,
        Notice.state.in_(TOLD),
    )
    .correlate(Enrolment, Meeting)
    .order_by(CalendarLine.sequence.desc())
    .limit(1)
    .lateral("told")
)

told_sequence = func.coalesce(_told.c.sequence, literal(-1))
_takes_part = Enrolment.state.in_(TAKES_PART)
_goes_on = and_(_takes_part, Cohort.state.in_(INVITING), Meeting.state == MeetingState.PLANNED)
# Who wants no mail about plans may have them from the feed, and still wants to hear that one changed.
_reads_elsewhere = and_(
    _told.c.method.is_(None),
    exists()
    .where(
        NoticeChoice.user_id == Enrolment.user_id,
        NoticeChoice.rule == "meeting_planned",
        NoticeChoice.delivery == Delivery.OFF,
    )
    .correlate(Enrolment),
    Meeting.revision > 0,
    Meeting.changed_at > func.coalesce(Enrolment.activated_at, Cohort.opened_at, Cohort.created_at),
)
_not_in_calendar = or_(_told.c.method.is_(None), _told.c.method == Method.CANCEL)

PLANNED = and_(_goes_on, _not_in_calendar)
"""What goes on and is in nobody's calendar by mail, whether or not they know of it."""

PENDING: dict[str, ColumnElement[bool]] = {
    # What changed after they read it on the site is for the rule that tells changes.
    "meeting_planned": and_(PLANNED, ~was_told_on_site(_told.c.ready_at)),
    "meeting_moved": and_(
        _goes_on,
        or_(
            and_(_told.c.method == Method.REQUEST, _told.c.revision < Meeting.revision),
            _reads_elsewhere,
            and_(_not_in_calendar, was_told_on_site(_told.c.ready_at)),
        ),
    ),
    "meeting_cancelled": or_(
        and_(
            _told.c.method == Method.REQUEST,
            or_(Meeting.state == MeetingState.CANCELLED, Enrolment.state.not_in(TAKES_PART)),
        ),
        and_(
            _takes_part,
            Meeting.state == MeetingState.CANCELLED,
            or_(_reads_elsewhere, and_(_not_in_calendar, stood_on_site(_told.c.ready_at))),
        ),
    ),
}
"""By rule, which pairs of a place in a cohort and a meeting to come wait for a message."""

RECALLED = {**PENDING, "meeting_planned": PLANNED}
"""What a message without a mail says on the site: planned is planned, also when another message told that it moved."""


def select_pending(rule: str, now: datetime, *columns: Any) -> Select[*tuple[Any, ...]]:
    """`columns` of every pair of enrolment and meeting that `rule` has to tell, from Enrolment, Cohort and Meeting."""
    return select_pairs(PENDING[rule], now, *columns)


def select_pairs(which: ColumnElement[bool], now: datetime, *columns: Any) -> Select[*tuple[Any, ...]]:
    """The same of the pairs for which `which` holds, one of PENDING or RECALLED."""
    return (
        select(*columns)
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Meeting, Meeting.cohort_id == Cohort.id)
        .outerjoin(_told, true())
        .where(Meeting.starts_at > now, which)
    )


def select_letters(rule: str, now: datetime) -> Select[*tuple[Any, ...]]:
    """One row a letter: (subject_id, recipient_id, occurrence). All that somebody has to hear about a cohort is one mail.

    The occurrence follows from the meetings in it and their revisions, from what was told before, and from when the person
    came or went: any further change makes another one, and the older one that still waits is suppressed.
    Something in it must be news: what was read on the site comes along, for their calendar, but is no reason for a letter.
    """
    one = func.concat_ws(":", Meeting.id, Meeting.revision, told_sequence)
    all_of_them = func.string_agg(cast(one, String), aggregate_order_by(literal(","), Meeting.id))
    presence = func.concat_ws(
        ":", extract("epoch", Enrolment.activated_at), extract("epoch", Enrolment.withdrawn_at)
    )
    return (
        select_pending(
            rule,
            now,
            Enrolment.id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            func.md5(func.concat(all_of_them, "/", presence)).label("occurrence"),
        )
        .group_by(Enrolment.id)
        .having(func.bool_or(~is_known_from_site(rule, _told.c.ready_at)))
    )
