"""The working day before a meeting, to everybody who takes part in its cohort and did not excuse themselves."""

from datetime import datetime, timedelta

from sqlalchemy import func, literal, select

from peergang.cohorts.models import Meeting
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Rows, Rule
from peergang.notifications.rules import Kind, Urgency
from peergang.reminders.queries.meetings import read_meetings, select_coming
from peergang.reminders.queries.moments import day_of, days_before, morning_of
from peergang.reminders.rules import PLAN_AHEAD, daytime


def standing(now: datetime) -> Rows:
    """Meetings still to come, with everybody in their cohort. A meeting that moved is another occurrence."""
    return select_coming(now)


def due(now: datetime) -> Rows:
    """Meetings on the next working day; a late one is still announced, by day and in the weekend too."""
    morning = morning_of(days_before(day_of(Meeting.starts_at), 1))
    near = (
        standing(now)
        .add_columns(morning.label("morning"), Meeting.starts_at, Meeting.cohort_id)
        .where(Meeting.starts_at < now + timedelta(days=5))
        .subquery("near")
    )
    decent = literal(daytime(now, weekend=True))
    return select(
        near.c.subject_id,
        near.c.recipient_id,
        near.c.occurrence,
        func.greatest(near.c.morning, decent).label("not_before"),
        near.c.starts_at.label("expires_at"),
        near.c.cohort_id,
    ).where(near.c.blocked == "", near.c.morning <= now + PLAN_AHEAD)


RULE = Rule(
    name="meeting_tomorrow",
    kind=Kind.REMINDER,
    title=lazy_gettext("Een bijeenkomst komt eraan"),
    timing=lazy_gettext("Een werkdag van tevoren"),
    reason=lazy_gettext("je bij het traject hoort waarvan dit een bijeenkomst is"),
    due=due,
    standing=standing,
    content=read_meetings,
    urgency=Urgency.HIGH,
    known_to_organisers=True,
    about="title",
    by_time=True,
)
