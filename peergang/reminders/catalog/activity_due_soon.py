"""Three days before an activity is due, to who has not done it: on the Friday before when that day is in the weekend."""

from datetime import datetime, timedelta

from sqlalchemy import func, literal, select

from peergang.cohorts.models import Cohort
from peergang.cohorts.queries.due import is_due_by, may_be_due_after, personal_due_at
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Rows, Rule
from peergang.notifications.rules import Kind, Section
from peergang.reminders.queries.moments import day_of, days_before, morning_of
from peergang.reminders.queries.nudges import JUST_TOLD, is_reminded_since
from peergang.reminders.queries.task_content import read_task_content
from peergang.reminders.queries.tasks import select_tasks
from peergang.reminders.rules import PLAN_AHEAD, daytime

DAYS = 3
WEEKEND = 2


def due(now: datetime) -> Rows:
    """Unfinished activities that are due within these days."""
    due_at = personal_due_at()
    morning = morning_of(days_before(day_of(due_at), DAYS))
    soon = (
        select_tasks(now, morning.label("morning"), due_at.label("due_at"), Cohort.id.label("cohort_id"))
        .where(
            may_be_due_after(now),
            is_due_by(now + timedelta(days=DAYS + WEEKEND + 1)),
            # A word of their trainer says the same, and better.
            ~is_reminded_since(now - JUST_TOLD),
        )
        .subquery("soon")
    )
    return select(
        soon.c.subject_id,
        soon.c.recipient_id,
        soon.c.occurrence,
        func.greatest(soon.c.morning, literal(daytime(now))).label("not_before"),
        soon.c.due_at.label("expires_at"),
        soon.c.cohort_id,
    ).where(soon.c.blocked == "", soon.c.morning <= now + PLAN_AHEAD)


def standing(now: datetime) -> Rows:
    """The same, as long as they are not due yet."""
    return select_tasks(now).where(may_be_due_after(now))


RULE = Rule(
    name="activity_due_soon",
    kind=Kind.REMINDER,
    title=lazy_gettext("Een inleverdatum nadert"),
    timing=lazy_gettext("Drie dagen van tevoren, alleen als het nog niet af is"),
    reason=lazy_gettext("je meedoet aan dit traject en deze opdracht nog niet af is"),
    due=due,
    standing=standing,
    content=read_task_content,
    section=Section.WRITING,
    known_to_organisers=True,
    about="title",
    by_time=True,
)
