"""A colleague asked somebody by name to review a reflection. The mail says who asks and where; never what was written."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, case, cast, func, literal, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.queries.roles import trains
from peergang.core.i18n import lazy_gettext
from peergang.coursework.models import HandOver, Reflection
from peergang.coursework.rules import WAITING
from peergang.coursework.rules.going import ANSWERING
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
from peergang.identity.rules import full_name
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Section
from peergang.reminders.queries.moments import Expression
from peergang.reminders.rules import daytime

GOOD_FOR = timedelta(days=5)


def _handed(*columns: Expression) -> Rows:
    return (
        select(HandOver.id.label("subject_id"), *columns)
        .join(Reflection, Reflection.id == HandOver.reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
    )


def standing(now: datetime) -> Rows:
    """What was handed to whom; of no use any more when it is answered, or when somebody else has it meanwhile."""
    blocked = case(
        (Reflection.state.not_in(WAITING), "done"),
        (Reflection.suggested_reviewer_id.is_distinct_from(HandOver.to_id), "withdrawn"),
        (~trains(HandOver.to_id, Cohort.id), "withdrawn"),
        (Cohort.state.not_in(ANSWERING), "closed"),
        else_=literal("", String),
    )
    return _handed(
        HandOver.to_id.label("recipient_id"),
        cast(HandOver.id, String).label("occurrence"),
        blocked.label("blocked"),
    )


def due(now: datetime) -> Rows:
    """The same, by day, at once."""
    near = (
        standing(now)
        .add_columns(HandOver.made_at, Cohort.id.label("cohort_id"))
        .where(HandOver.made_at > now - GOOD_FOR)
        .subquery()
    )
    return select(
        near.c.subject_id,
        near.c.recipient_id,
        near.c.occurrence,
        func.greatest(near.c.made_at, literal(daytime(now))).label("not_before"),
        (near.c.made_at + GOOD_FOR).label("expires_at"),
        near.c.cohort_id,
    ).where(near.c.blocked == "")


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Who asks, for which module, and what the author was promised."""
    giver = aliased(User)
    rows = session.execute(
        _handed(
            giver.given_name,
            giver.name_particle,
            giver.family_name,
            Cohort.name.label("cohort"),
            Module.code,
            Reflection.promised_on,
        )
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(Module, Module.id == Activity.module_id)
        .join(giver, giver.id == HandOver.from_id)
        .where(HandOver.id.in_({claim.subject_id for claim in claims}))
    )
    found = {
        row.subject_id: {
            "path": "/beoordelen/rij",
            "giver": full_name(row.given_name, row.name_particle, row.family_name),
            "cohort": row.cohort,
            "module": row.code,
            "promised_on": row.promised_on,
        }
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="review_handed_over",
    kind=Kind.REMINDER,
    title=lazy_gettext("Een collega draagt een reflectie aan je over"),
    timing=lazy_gettext("Meteen, overdag"),
    reason=lazy_gettext("een collega je vroeg een reflectie te beoordelen"),
    due=due,
    standing=standing,
    content=content,
    shown_to=lambda actor: actor.is_trainer,
    section=Section.TRAINING,
    known_to_organisers=True,
    about="cohort",
)
