"""Who trains which cohort, who is away, and what waits for whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.permissions import Actor
from peergang.coursework.models import HandOver, Reflection, TrainerAbsence
from peergang.coursework.rules import Audience, ReflectionState
from peergang.coursework.rules.balance import Waiting
from peergang.coursework.rules.going import ANSWERING
from peergang.identity.models import User
from peergang.identity.rules import full_name


class Colleague(NamedTuple):
    """A trainer of one of somebody's cohorts."""

    user_id: UUID
    given_name: str
    particle: str
    family_name: str

    @property
    def name(self) -> str:
        """The name in running text."""
        return full_name(self.given_name, self.particle, self.family_name)


_TRAINS: ColumnElement[bool] = (
    (Enrolment.role == EnrolmentRole.TRAINER)
    & Enrolment.state.in_(TAKES_PART)
    & User.deactivated_at.is_(None)
)
_NAMES = (User.id, User.given_name, User.name_particle, User.family_name)


def list_colleagues(session: Session, actor: Actor, cohort_ids: Iterable[UUID]) -> list[Colleague]:
    """The other trainers of these cohorts, by name."""
    rows = session.execute(
        select(*_NAMES)
        .where(
            User.id != actor.user_id,
            User.id.in_(
                select(Enrolment.user_id)
                .join(User, User.id == Enrolment.user_id)
                .where(Enrolment.cohort_id.in_(cohort_ids), _TRAINS)
                .correlate(None)
            ),
        )
        .order_by(User.sort_key, User.id)
    )
    return [Colleague(*row) for row in rows]


def list_trainers(session: Session, cohort_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Who trains these cohorts, by cohort."""
    rows = session.execute(
        select(Enrolment.cohort_id, Enrolment.user_id)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.cohort_id.in_(cohort_ids), _TRAINS)
        .order_by(Enrolment.cohort_id, Enrolment.user_id)
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for cohort_id, user_id in rows:
        found[cohort_id].append(user_id)
    return found


def list_absent(session: Session, today: date) -> dict[UUID, UUID | None]:
    """Who is away today, with who does their work. Of two absences at once the one that was made last counts."""
    rows = session.execute(
        select(TrainerAbsence.user_id, TrainerAbsence.cover_id)
        .where(TrainerAbsence.starts_on <= today, TrainerAbsence.ends_on >= today)
        .order_by(TrainerAbsence.made_at, TrainerAbsence.id)
    )
    return {row.user_id: row.cover_id for row in rows}


def count_in_hand(session: Session) -> Mapping[UUID, int]:
    """How many reflections each trainer has in hand."""
    rows = session.execute(
        select(Reflection.reviewer_id, func.count())
        .where(Reflection.state == ReflectionState.IN_REVIEW)
        .group_by(Reflection.reviewer_id)
    )
    return {user_id: number for user_id, number in rows if user_id}


def list_waiting(session: Session) -> list[Waiting]:
    """What waits for a trainer and nobody has in hand, in the order of the promise."""
    by_name = exists().where(
        HandOver.reflection_id == Reflection.id,
        HandOver.to_id == func.coalesce(Reflection.covering_for_id, Reflection.suggested_reviewer_id),
        HandOver.made_at >= Reflection.for_trainer_at,
    )
    rows = session.execute(
        select(
            Reflection.id,
            Enrolment.cohort_id,
            Enrolment.user_id,
            Reflection.suggested_reviewer_id,
            Reflection.covering_for_id,
            by_name,
        )
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Cohort.state.in_(ANSWERING),
            Reflection.state == ReflectionState.SUBMITTED,
            Reflection.audience != Audience.PRIVATE,
            Reflection.for_trainer_at.is_not(None),
        )
        .order_by(Reflection.promised_on, Reflection.for_trainer_at, Reflection.id)
    )
    return [Waiting(*row) for row in rows]
