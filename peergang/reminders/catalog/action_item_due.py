"""Something that was agreed at a meeting is due: to who would do it, a working day before."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, Meeting, MeetingAction
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import INVITING
from peergang.core.clock import local_date
from peergang.core.db import AMSTERDAM
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.queries.moments import Expression, days_before, morning_of
from peergang.reminders.rules import PLAN_AHEAD, daytime

AFTER = timedelta(days=2)
"""So long after its day it is still of use to be told."""


def _agreed(*columns: Expression) -> Rows:
    return (
        select(MeetingAction.id.label("subject_id"), *columns)
        .join(Meeting, Meeting.id == MeetingAction.meeting_id)
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .join(Enrolment, Enrolment.id == MeetingAction.enrolment_id)
        .where(MeetingAction.due_on.is_not(None))
    )


def standing(now: datetime) -> Rows:
    """All that was agreed with a date."""
    blocked = case(
        (MeetingAction.done_at.is_not(None), "done"),
        (Enrolment.state.not_in(TAKES_PART), "withdrawn"),
        (Cohort.state.not_in(INVITING), "closed"),
        else_=literal("", String),
    )
    return _agreed(
        Enrolment.user_id.label("recipient_id"),
        cast(MeetingAction.due_on, String).label("occurrence"),
        blocked.label("blocked"),
    )


def due(now: datetime) -> Rows:
    """What is due these days and not done."""
    today = local_date(now)
    day = cast(MeetingAction.due_on, DateTime())
    near = (
        standing(now)
        .add_columns(
            morning_of(days_before(day, 1)).label("morning"),
            func.timezone(AMSTERDAM, day + literal(AFTER)).label("end"),
            Cohort.id.label("cohort_id"),
        )
        .where(MeetingAction.due_on.between(today - AFTER, today + timedelta(days=5)))
        .subquery("near")
    )
    return select(
        near.c.subject_id,
        near.c.recipient_id,
        near.c.occurrence,
        func.greatest(near.c.morning, literal(daytime(now))).label("not_before"),
        near.c.end.label("expires_at"),
        near.c.cohort_id,
    ).where(near.c.blocked == "", near.c.morning <= now + PLAN_AHEAD)


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """At which meeting it was agreed, and by when. What was agreed is on its page."""
    rows = session.execute(
        _agreed(
            Meeting.id.label("meeting_id"), Meeting.title, Cohort.name.label("cohort"), MeetingAction.due_on
        ).where(MeetingAction.id.in_({claim.subject_id for claim in claims}))
    )
    found = {
        row.subject_id: {
            "path": f"/bijeenkomsten/{row.meeting_id}",
            "title": row.title,
            "cohort": row.cohort,
            "due_on": row.due_on,
        }
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="action_item_due",
    kind=Kind.REMINDER,
    title=lazy_gettext("Een afspraak van een bijeenkomst"),
    timing=lazy_gettext("Een werkdag voor de afgesproken datum"),
    reason=lazy_gettext("dit op een bijeenkomst met jou is afgesproken"),
    due=due,
    standing=standing,
    content=content,
    by_time=True,
)
