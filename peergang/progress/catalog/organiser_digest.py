"""On Monday at eight, to organisers: the figures of the network, what changed in a week, and what asks attention.

Names of institutions and figures; never a name of a participant, nor a word that somebody wrote (invariant 3).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, String, exists, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import CohortState
from peergang.core.clock import at_local, local_date
from peergang.core.i18n import lazy_gettext
from peergang.identity.models import RoleGrant
from peergang.identity.rules import Role
from peergang.notifications.catalog import Claim, Content, Rule
from peergang.notifications.rules import Kind, Section, Urgency
from peergang.progress.queries.changes import get_changes
from peergang.progress.queries.compiled import has_progress
from peergang.progress.queries.overview import get_overview
from peergang.progress.rules.figures import percent
from peergang.progress.rules.filters import Filter
from peergang.reminders.rules import monday_of, monday_of_week, week_name

AT = time(8, 0)
GOOD_FOR = timedelta(days=3)
"""A digest that could not leave by Wednesday is not worth its Monday any more."""

AHEAD = timedelta(hours=12)
"""It stands ready the evening before."""

MOST = 8
"""So many institutions are named; the page shows all."""


def _organisers(day: date) -> Select[Any]:
    goes_on = (
        exists()
        .where(Cohort.state == CohortState.RUNNING)
        .where(Enrolment.cohort_id == Cohort.id)
        .where(has_progress())
    )
    person: ColumnElement[Any] = RoleGrant.user_id.label("subject_id")
    organisers: Select[Any] = select(person).where(RoleGrant.role == Role.ORGANISER, goes_on)
    return organisers.add_columns(
        RoleGrant.user_id.label("recipient_id"), literal(week_name(day), String).label("occurrence")
    )


def due(now: datetime) -> Select[Any]:
    """All organisers, for the Monday of this week; from the evening before, as long as something runs."""
    monday = monday_of(local_date(now + AHEAD))
    begin = at_local(monday, AT)
    moments = DateTime(timezone=True)
    return (
        _organisers(monday)
        .add_columns(
            literal(begin, moments).label("not_before"),
            literal(begin + GOOD_FOR, moments).label("expires_at"),
        )
        .where(literal(begin - AHEAD, moments) <= literal(now, moments))
    )


def standing(now: datetime) -> Select[Any]:
    """Who is an organiser still, for the week it is now."""
    return _organisers(local_date(now)).add_columns(literal("", String).label("blocked"))


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """The figures of this moment, the same for everybody, in a constant number of statements."""
    overview = get_overview(session, Filter(), now)
    changes = get_changes(session, now)
    attention = [(one.name, one.reasons) for one in overview.attention]
    found = {
        "path": "/deelname",
        "week": local_date(now).isocalendar().week,
        "autumn": overview.season.autumn,
        "institutions": overview.institutions,
        "people": overview.now.people,
        "progress": overview.now.progress,
        "progress_then": percent(changes.then_completed or 0, changes.then_required or 0),
        "attendance": overview.trend.last,
        "punctuality": overview.now.punctuality,
        "quick_feedback": overview.quick_feedback,
        "examples": overview.examples,
        "examples_new": overview.examples_new,
        "moved": changes.moved,
        "finished": changes.finished,
        "done": changes.done,
        "began": changes.began,
        "stopped": changes.stopped,
        "attention": attention[:MOST],
        "more": max(0, len(attention) - MOST),
    }
    return {claim.id: found for claim in claims}


def recall(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """The figures of this moment for this week's, and where to see those of its Monday for an earlier one."""
    people = {claim.recipient_id for claim in claims}
    organisers = set(
        session.scalars(
            select(RoleGrant.user_id).where(RoleGrant.role == Role.ORGANISER, RoleGrant.user_id.in_(people))
        )
    )
    theirs = [claim for claim in claims if claim.recipient_id in organisers]
    this_week = week_name(local_date(now))
    current = [claim for claim in theirs if claim.occurrence == this_week]
    found = {claim.id: _earlier(claim.occurrence) for claim in theirs}
    return {**found, **content(session, current, now)} if current else found


def _earlier(occurrence: str) -> Content:
    monday = monday_of_week(occurrence)
    return {
        "path": f"/deelname?{Filter(day=monday).query()}",
        "week": monday.isocalendar().week,
        "attention": [],
        "more": 0,
        "institutions": None,
    }


RULE = Rule(
    name="organiser_digest",
    kind=Kind.REMINDER,
    title=lazy_gettext("Het weekoverzicht van de deelname"),
    timing=lazy_gettext("Maandag om acht uur"),
    reason=lazy_gettext("je organisator bent van het netwerk"),
    due=due,
    standing=standing,
    content=content,
    recall=recall,
    shown_to=lambda actor: actor.is_organiser,
    urgency=Urgency.LOW,
    section=Section.ORGANISING,
    known_to_organisers=True,
    by_time=True,
)
