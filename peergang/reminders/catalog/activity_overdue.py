"""The day after an activity was due, once, to who has not done it; after a Friday or Saturday on Monday."""

from datetime import datetime, timedelta

from sqlalchemy import func, literal, select

from peergang.cohorts.models import Cohort
from peergang.cohorts.queries.due import is_due_by, may_be_due_after, personal_due_at
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Rows, Rule
from peergang.notifications.rules import Kind, Section
from peergang.reminders.queries.moments import day_of, days_after, morning_of
from peergang.reminders.queries.nudges import JUST_TOLD, is_reminded_since
from peergang.reminders.queries.task_content import read_task_content
from peergang.reminders.queries.tasks import select_tasks
from peergang.reminders.rules import PLAN_AHEAD, daytime

LATEST = timedelta(days=7)
"""After a week the reminder says nothing new any more; also when workers stood still that long."""


def due(now: datetime) -> Rows:
    """Unfinished activities whose date passed this week."""
    due_at = personal_due_at()
    morning = morning_of(days_after(day_of(due_at), 1))
    late = (
        select_tasks(now, morning.label("morning"), Cohort.id.label("cohort_id"))
        .where(
            is_due_by(now),
            may_be_due_after(now - LATEST - timedelta(days=3)),
            # A word of their trainer says the same, and better.
            ~is_reminded_since(now - JUST_TOLD),
        )
        .subquery("late")
    )
    return select(
        late.c.subject_id,
        late.c.recipient_id,
        late.c.occurrence,
        func.greatest(late.c.morning, literal(daytime(now))).label("not_before"),
        (late.c.morning + literal(LATEST)).label("expires_at"),
        late.c.cohort_id,
    ).where(late.c.blocked == "", late.c.morning <= now + PLAN_AHEAD)


def standing(now: datetime) -> Rows:
    """The same; a date that was moved into the future is another occurrence."""
    return select_tasks(now).where(is_due_by(now))


RULE = Rule(
    name="activity_overdue",
    kind=Kind.REMINDER,
    title=lazy_gettext("Een inleverdatum is voorbij"),
    timing=lazy_gettext("Eén keer, op de eerste werkdag erna"),
    reason=lazy_gettext("je meedoet aan dit traject en deze opdracht nog niet af is"),
    due=due,
    standing=standing,
    content=read_task_content,
    section=Section.WRITING,
    known_to_organisers=True,
    about="title",
    by_time=True,
)
