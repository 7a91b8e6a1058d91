"""A week before a meeting, to everybody who is expected: time to prepare, or to say that one cannot come.

It stands aside where the same was told shortly before: the meeting was planned or moved, or the cohort begins with it.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import aliased

from peergang.cohorts.models import Cohort, Meeting
from peergang.cohorts.rules import MeetingState
from peergang.core.db import local_day
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Rows, Rule
from peergang.notifications.rules import Delivery, Kind
from peergang.reminders.queries.meetings import read_meetings, select_coming
from peergang.reminders.queries.moments import day_of, days_before, morning_of
from peergang.reminders.queries.told import is_in_calendar_since
from peergang.reminders.rules import PLAN_AHEAD, daytime

DAYS = 7
LAST_DAY = 2
"""From then on the reminder of the day before is near enough."""

JUST_TOLD = timedelta(days=3)
BEGINNING = 7
"""The first meeting is told with the beginning of the cohort, when it is within so many days of it."""

_morning = morning_of(days_before(day_of(Meeting.starts_at), DAYS))


def _opens_cohort() -> ColumnElement[bool]:
    """Whether it is the meeting that the mail about the beginning of the cohort names."""
    first = aliased(Meeting)
    begins = (
        select(func.min(first.starts_at))
        .where(first.cohort_id == Meeting.cohort_id, first.state == MeetingState.PLANNED)
        .correlate(Meeting)
        .scalar_subquery()
    )
    return (Meeting.starts_at == begins) & (local_day(Meeting.starts_at) <= Cohort.starts_on + BEGINNING)


def standing(now: datetime) -> Rows:
    """Meetings still to come, with everybody in their cohort. A meeting that moved is another occurrence."""
    told = is_in_calendar_since(_morning - literal(JUST_TOLD))
    return select_coming(now, (_opens_cohort() | told, "told"))


def due(now: datetime) -> Rows:
    """Those of the coming week, until two days before."""
    end = morning_of(days_before(day_of(Meeting.starts_at), LAST_DAY))
    near = (
        standing(now)
        .add_columns(_morning.label("morning"), end.label("end"), Meeting.cohort_id)
        .where(Meeting.starts_at < now + timedelta(days=DAYS + 4))
        .subquery("near")
    )
    return select(
        near.c.subject_id,
        near.c.recipient_id,
        near.c.occurrence,
        func.greatest(near.c.morning, literal(daytime(now))).label("not_before"),
        near.c.end.label("expires_at"),
        near.c.cohort_id,
    ).where(near.c.blocked == "", near.c.morning <= now + PLAN_AHEAD, near.c.end > now)


RULE = Rule(
    name="meeting_in_a_week",
    kind=Kind.REMINDER,
    title=lazy_gettext("Volgende week is er een bijeenkomst"),
    timing=lazy_gettext("Een week van tevoren"),
    reason=lazy_gettext("je bij het traject hoort waarvan dit een bijeenkomst is"),
    due=due,
    standing=standing,
    content=read_meetings,
    default=Delivery.DAILY,
    known_to_organisers=True,
    about="title",
    by_time=True,
)
