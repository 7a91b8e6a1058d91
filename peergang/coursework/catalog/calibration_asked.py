"""A colleague asks a trainer to judge the same text, apart from each other."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, case, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort
from peergang.cohorts.queries.roles import trains
from peergang.core.i18n import lazy_gettext
from peergang.core.permissions import Actor
from peergang.coursework.models import Calibration, CalibrationJudgement, Reflection, ReflectionVersion
from peergang.coursework.rules import READABLE, Audience
from peergang.identity.models import User
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Delivery, Kind, Section, Urgency

VALID = timedelta(days=7)
_ASKED = CalibrationJudgement.trainer_id != Calibration.opened_by_id


def due(now: datetime) -> Rows:
    """Trainers who were asked this week and sent nothing yet."""
    return (
        select(
            CalibrationJudgement.id.label("subject_id"),
            CalibrationJudgement.trainer_id.label("recipient_id"),
            literal("once", String).label("occurrence"),
            CalibrationJudgement.asked_at.label("not_before"),
            (CalibrationJudgement.asked_at + literal(VALID)).label("expires_at"),
            Calibration.cohort_id,
        )
        .join(Calibration, Calibration.id == CalibrationJudgement.calibration_id)
        .where(
            _ASKED,
            CalibrationJudgement.asked_at > now - VALID,
            CalibrationJudgement.sent_at.is_(None),
            Calibration.closed_at.is_(None),
            trains(CalibrationJudgement.trainer_id, Calibration.cohort_id),
        )
    )


def standing(now: datetime) -> Rows:
    """All who were asked; not when they judged, when it was closed, or when its author took the text back."""
    readable = Reflection.state.in_(READABLE) & (Reflection.audience != Audience.PRIVATE)
    return (
        select(
            CalibrationJudgement.id.label("subject_id"),
            CalibrationJudgement.trainer_id.label("recipient_id"),
            literal("once", String).label("occurrence"),
            case(
                (CalibrationJudgement.sent_at.is_not(None), "done"),
                (Calibration.closed_at.is_not(None), "done"),
                (~readable, "withdrawn"),
                (~trains(CalibrationJudgement.trainer_id, Calibration.cohort_id), "withdrawn"),
                else_="",
            ).label("blocked"),
        )
        .join(Calibration, Calibration.id == CalibrationJudgement.calibration_id)
        .join(ReflectionVersion, ReflectionVersion.id == Calibration.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .where(_ASKED)
    )


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Who asks, and in which cohort; not whose text, and nothing of it."""
    rows = session.execute(
        select(CalibrationJudgement.id, Calibration.id, User.given_name, Cohort.name)
        .join(Calibration, Calibration.id == CalibrationJudgement.calibration_id)
        .join(User, User.id == Calibration.opened_by_id)
        .join(Cohort, Cohort.id == Calibration.cohort_id)
        .where(CalibrationJudgement.id.in_({claim.subject_id for claim in claims}))
    )
    found = {
        judgement_id: {"path": f"/beoordelen/ijken/{calibration_id}", "asker": asker, "cohort": cohort}
        for judgement_id, calibration_id, asker, cohort in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


def _trains(actor: Actor) -> bool:
    return actor.is_trainer


RULE = Rule(
    name="calibration_asked",
    kind=Kind.REMINDER,
    title=lazy_gettext("Een collega vraagt je mee te kijken"),
    timing=lazy_gettext("Zodra een collega het vraagt"),
    reason=lazy_gettext("een collega‑trainer je vroeg mee te kijken"),
    due=due,
    standing=standing,
    content=content,
    shown_to=_trains,
    urgency=Urgency.LOW,
    default=Delivery.DAILY,
    section=Section.TRAINING,
    known_to_organisers=True,
    about="cohort",
)
