"""To trainers, on Tuesday and at most once a week for a cohort: who did nothing for three weeks, so that somebody can ask.

It stands aside for who gets the overview of Monday, which holds the same names. Names, and nothing of what they wrote.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, String, case, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.clock import at_local, local_date
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.models import Notice
from peergang.notifications.rules import Kind, Section
from peergang.reminders.catalog.trainer_monday import name_silent
from peergang.reminders.queries.silence import list_newly_silent, select_newly_silent
from peergang.reminders.queries.told import is_told
from peergang.reminders.queries.waiting import is_away, trainer
from peergang.reminders.rules import MORNING, PLAN_AHEAD, monday_of, week_name

A_DAY = timedelta(days=1)
GOOD_FOR = timedelta(days=3)


def _monday(now: datetime) -> date:
    return monday_of(local_date(now + PLAN_AHEAD))


def standing(now: datetime) -> Rows:
    """Cohorts in which somebody fell silent in the week before this Monday, with their trainers."""
    monday = _monday(now)
    week = week_name(monday)
    silent = select_newly_silent(now, monday, Enrolment.cohort_id).subquery("silent")
    told = is_told("trainer_monday", trainer.user_id, trainer.user_id, Notice.occurrence == week)
    blocked = case(
        (trainer.state.not_in(TAKES_PART), "withdrawn"),
        (told, "told"),
        (is_away(monday + A_DAY), "away"),
        else_=literal("", String),
    )
    return (
        select(
            trainer.cohort_id.label("subject_id"),
            trainer.user_id.label("recipient_id"),
            literal(week, String).label("occurrence"),
            blocked.label("blocked"),
        )
        .join(silent, silent.c.cohort_id == trainer.cohort_id)
        .where(trainer.role == EnrolmentRole.TRAINER)
        .distinct()
    )


def due(now: datetime) -> Rows:
    """The same, from Tuesday to Thursday."""
    begin = at_local(_monday(now) + A_DAY, MORNING)
    moments = DateTime(timezone=True)
    found = standing(now).subquery("found")
    return select(
        found.c.subject_id,
        found.c.recipient_id,
        found.c.occurrence,
        literal(begin, moments).label("not_before"),
        literal(begin + GOOD_FOR, moments).label("expires_at"),
        found.c.subject_id.label("cohort_id"),
    ).where(
        found.c.blocked == "",
        literal(now, moments) >= literal(begin - PLAN_AHEAD, moments),
        literal(now, moments) < literal(begin + GOOD_FOR, moments),
    )


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Their names, in two statements."""
    cohorts = {claim.subject_id for claim in claims}
    names = dict(session.execute(select(Cohort.id, Cohort.name).where(Cohort.id.in_(cohorts))).all())
    silent = list_newly_silent(session, cohorts, now, _monday(now))
    return {
        claim.id: {
            "path": f"/cohorten/{claim.subject_id}/voortgang",
            "cohort": names[claim.subject_id],
            **name_silent(silent, {claim.subject_id}),
        }
        for claim in claims
        if claim.subject_id in names
    }


RULE = Rule(
    name="trainer_quiet_participants",
    kind=Kind.REMINDER,
    title=lazy_gettext("Wie blij kan zijn met een woord van jou"),
    timing=lazy_gettext("Hooguit één keer per week; wie het maandagoverzicht krijgt, leest het daar"),
    reason=lazy_gettext("je trainer bent van een cohort waarin iemand drie weken stil is"),
    due=due,
    standing=standing,
    content=content,
    shown_to=lambda actor: actor.is_trainer,
    section=Section.TRAINING,
)
