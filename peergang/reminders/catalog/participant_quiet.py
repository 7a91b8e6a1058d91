"""Somebody did nothing for three weeks in a cohort that runs: a kind word, once in every silence, and no reproach."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, String, case, cast, exists, func, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.clock import local_date
from peergang.core.i18n import lazy_gettext
from peergang.identity.models import SignInSession
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.queries.silence import (
    did_nothing_after,
    end_of_holiday,
    last_deed,
    select_places,
    silent_since,
)
from peergang.reminders.queries.tasks import something_open
from peergang.reminders.rules import SILENCE, daytime

GOOD_FOR = timedelta(days=14)


def _select(now: datetime, *conditions: ColumnElement[bool]) -> Rows:
    limit = literal(local_date(now) - SILENCE)
    deed, holiday = last_deed().label("deed"), end_of_holiday(now).label("holiday")
    places = (
        select_places(Enrolment.id, Enrolment.user_id, Enrolment.cohort_id, deed, holiday)
        .where(*conditions)
        .subquery("places")
    )
    person, since = places.c.user_id, func.greatest(places.c.deed, places.c.holiday)
    anywhere = select_places(func.max(silent_since(now))).where(Enrolment.user_id == person).correlate(places)
    was_here = exists().where(
        SignInSession.user_id == person,
        func.coalesce(SignInSession.last_used_at, SignInSession.created_at) > literal(now - SILENCE),
    )
    # What costs most to know is asked last, of the few who are silent.
    blocked = case(
        (since > limit, "active"),
        (was_here, "active"),
        (anywhere.scalar_subquery() > limit, "active"),
        (~something_open(now), "done"),
        else_=literal("", String),
    )
    return select(
        places.c.id.label("subject_id"),
        person.label("recipient_id"),
        # Not the day from which the silence counts: that moves with each holiday, and the silence is the same.
        cast(places.c.deed, String).label("occurrence"),
        blocked.label("blocked"),
        places.c.cohort_id,
        since.label("since"),
    ).join(Enrolment, Enrolment.id == places.c.id)


def standing(now: datetime) -> Rows:
    """Everybody in cohorts that run, with the day since which they did nothing: whoever does something meanwhile is told
    nothing. Who is at work in another cohort, or was here to look, is not silent.
    """
    return _select(now)


def due(now: datetime) -> Rows:
    """Who became silent these two weeks: earlier is no news to them."""
    last = local_date(now) - SILENCE
    found = _select(now, did_nothing_after(last)).subquery("found")
    moment = daytime(now)
    return select(
        found.c.subject_id,
        found.c.recipient_id,
        found.c.occurrence,
        literal(moment).label("not_before"),
        literal(moment + GOOD_FOR).label("expires_at"),
        found.c.cohort_id,
    ).where(case((found.c.blocked == "", found.c.since > last - GOOD_FOR), else_=False))


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Which cohort."""
    rows = session.execute(
        select(Enrolment.id, Cohort.name)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.id.in_({claim.subject_id for claim in claims}))
    )
    found = {row.id: {"path": "/deze-week", "cohort": row.name} for row in rows}
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="participant_quiet",
    kind=Kind.REMINDER,
    title=lazy_gettext("We hebben je een tijdje niet gezien"),
    timing=lazy_gettext("Eén keer, na drie weken zonder activiteit"),
    reason=lazy_gettext("je meedoet aan een traject en er al drie weken niets van je te zien is"),
    due=due,
    standing=standing,
    content=content,
    shown_to=lambda actor: actor.is_participant,
)
