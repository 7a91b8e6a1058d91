"""On Monday morning, to trainers: the meetings of this week, what waits for them, and who may be glad of a word.

Only when there is something to tell. What is promised by tomorrow is told by review_waiting, so that alone is no reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, String, func, literal, select, union
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, Meeting
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import INVITING, EnrolmentRole, MeetingState
from peergang.core.clock import at_local, local_date, start_of_day
from peergang.core.db import AnyRow
from peergang.core.free_days import free_days
from peergang.core.i18n import lazy_gettext
from peergang.coursework.models import Reflection
from peergang.coursework.rules.waiting import add_working_days
from peergang.identity.rules import full_name
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Section
from peergang.reminders.queries.moments import Expression
from peergang.reminders.queries.silence import list_newly_silent, select_newly_silent
from peergang.reminders.queries.waiting import is_away, select_waiting, trainer
from peergang.reminders.rules import MORNING, PLAN_AHEAD, monday_of, week_name

GOOD_FOR = timedelta(days=2)
MOST = 8
"""So many names are in the mail; the page of the cohort shows all."""


def _monday(now: datetime) -> date:
    """The Monday that is told about: from the evening before it."""
    return monday_of(local_date(now + PLAN_AHEAD))


def _training(now: datetime, *columns: Expression) -> Rows:
    """`columns` of trainers of cohorts that go on, who are there on Monday."""
    return (
        select(*columns)
        .select_from(trainer)
        .join(Cohort, Cohort.id == trainer.cohort_id)
        .where(
            trainer.role == EnrolmentRole.TRAINER,
            trainer.state.in_(TAKES_PART),
            Cohort.state.in_(INVITING),
            ~is_away(_monday(now)),
        )
    )


def _meetings(now: datetime, *columns: Expression) -> Rows:
    """The same with the meetings of the week."""
    monday = _monday(now)
    return (
        _training(now, *columns)
        .join(Meeting, Meeting.cohort_id == Cohort.id)
        .where(
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at >= start_of_day(monday),
            Meeting.starts_at < start_of_day(monday + timedelta(days=7)),
        )
    )


def _trainers(now: datetime, *columns: Expression) -> Rows:
    """Trainers with something to tell, and `columns`."""
    monday = _monday(now)
    tomorrow = add_working_days(monday, 1, free_days((monday.year, monday.year + 1)))
    silent = select_newly_silent(now, monday, Enrolment.cohort_id).subquery("silent")
    later = select_waiting(now, trainer.user_id).where(
        Reflection.promised_on > tomorrow, ~is_away(monday), Cohort.state.in_(INVITING)
    )
    people = union(
        _meetings(now, trainer.user_id),
        _training(now, trainer.user_id).join(silent, silent.c.cohort_id == Cohort.id),
        later,
    ).subquery("people")
    return select(
        people.c.user_id.label("subject_id"),
        people.c.user_id.label("recipient_id"),
        literal(week_name(monday), String).label("occurrence"),
        *columns,
    )


def standing(now: datetime) -> Rows:
    """Trainers to whom there is something to tell this week."""
    return _trainers(now, literal("", String).label("blocked"))


def due(now: datetime) -> Rows:
    """The same, until Tuesday."""
    begin = at_local(_monday(now), MORNING)
    moments = DateTime(timezone=True)
    return _trainers(
        now,
        literal(begin, moments).label("not_before"),
        literal(begin + GOOD_FOR, moments).label("expires_at"),
    ).where(literal(begin + GOOD_FOR, moments) > literal(now, moments))


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Meetings with day and place, how much waits, and names; four statements for all of them."""
    people = {claim.recipient_id for claim in claims}
    meetings = _group(
        session.execute(
            _meetings(now, trainer.user_id, Meeting.title, Meeting.starts_at, Meeting.ends_at)
            .add_columns(Meeting.place, Cohort.name.label("cohort"))
            .where(trainer.user_id.in_(people))
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )
    waiting: dict[UUID, int] = dict(
        session.execute(
            select_waiting(now, trainer.user_id, func.count())
            .where(trainer.user_id.in_(people))
            .group_by(trainer.user_id)
        ).all()
    )
    cohorts = _group(
        session.execute(
            _training(now, trainer.user_id, Cohort.id.label("cohort_id")).where(trainer.user_id.in_(people))
        )
    )
    wanted = {row.cohort_id for rows in cohorts.values() for row in rows}
    silent = list_newly_silent(session, wanted, now, _monday(now))
    return {
        claim.id: {
            "path": "/cohorten/mijn",
            "week_on": _monday(now),
            "meetings": [row._asdict() for row in meetings.get(claim.recipient_id, [])],
            "waiting_number": waiting.get(claim.recipient_id, 0),
            **name_silent(silent, {row.cohort_id for row in cohorts.get(claim.recipient_id, [])}),
        }
        for claim in claims
    }


def name_silent(rows: Sequence[AnyRow], cohorts: set[UUID]) -> dict[str, object]:
    """Names with their cohort, as many as a mail can hold (`quiet`), and how many more there are (`quiet_more`)."""
    found = [
        (full_name(row.given_name, row.name_particle, row.family_name), row.cohort)
        for row in rows
        if row.cohort_id in cohorts
    ]
    return {"quiet": found[:MOST], "quiet_more": max(0, len(found) - MOST)}


def _group(rows: Iterable[AnyRow]) -> dict[UUID, list[AnyRow]]:
    found: dict[UUID, list[AnyRow]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    return found


RULE = Rule(
    name="trainer_monday",
    kind=Kind.REMINDER,
    title=lazy_gettext("Jouw week als trainer"),
    timing=lazy_gettext("Maandagochtend, als er iets te melden is"),
    reason=lazy_gettext("je trainer bent van een cohort dat loopt"),
    due=due,
    standing=standing,
    content=content,
    shown_to=lambda actor: actor.is_trainer,
    section=Section.TRAINING,
    known_to_organisers=True,
    by_time=True,
)
