"""Somebody's own places in cohorts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CohortState, EnrolmentRole, EnrolmentState
from peergang.core.clock import local_date
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.curriculum.models import Edition, Programme


def _select_places() -> Select[*tuple[object, ...]]:
    return (
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.user_id,
            Enrolment.role,
            Enrolment.state,
            Enrolment.activated_at,
            Enrolment.completed_at,
            Cohort.id.label("cohort_id"),
            Cohort.name.label("cohort_name"),
            Cohort.state.label("cohort_state"),
            Cohort.starts_on,
            Cohort.ends_on,
            Cohort.edition_id,
            Edition.title.label("edition_title"),
            Edition.title_en.label("edition_title_en"),
            Edition.sign,
            Programme.slug.label("programme_slug"),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Edition, Edition.id == Cohort.edition_id)
        .join(Programme, Programme.id == Edition.programme_id)
    )


def _select_own(actor: Actor) -> Select[*tuple[object, ...]]:
    return _select_places().where(
        Enrolment.user_id == actor.user_id,
        Enrolment.role == EnrolmentRole.PARTICIPANT,
        Enrolment.state.in_(TAKES_PART),
        Cohort.state != CohortState.CANCELLED,
    )


def find_current_enrolment(session: Session, actor: Actor, now: datetime) -> AnyRow | None:
    """The place of the actor as a participant that matters today: in a running cohort first, then one that is about to
    start, then the latest that ended. None for who takes part in nothing.

    Columns: enrolment_id, user_id, role, state, activated_at, completed_at, cohort_id, cohort_name, cohort_state,
    starts_on, ends_on, edition_id, edition_title, edition_title_en, sign, programme_slug.
    """
    today = local_date(now)
    nearness = case(
        (Cohort.state == CohortState.RUNNING, 0),
        (Cohort.state == CohortState.OPEN, 1),
        (Cohort.starts_on > today, 2),
        else_=3,
    )
    statement = _select_own(actor).order_by(nearness, Cohort.starts_on.desc(), Enrolment.id).limit(1)
    return session.execute(statement).one_or_none()


def get_enrolment_of(session: Session, actor: Actor, cohort_id: UUID) -> AnyRow:
    """The actor's own place as a participant in `cohort_id`; columns as above.

    Raises:
        NotFound: when the actor does not take part in it.
    """
    row = session.execute(_select_own(actor).where(Cohort.id == cohort_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_enrolments_of(session: Session, actor: Actor) -> Rows:
    """All places of the actor as a participant, the latest cohort first; columns as above."""
    return session.execute(_select_own(actor).order_by(Cohort.starts_on.desc(), Enrolment.id)).all()


def list_invitations_of(session: Session, actor: Actor) -> Rows:
    """The cohorts that wait for the actor's answer, the first to start on top; columns as above."""
    statement = _select_places().where(
        Enrolment.user_id == actor.user_id,
        Enrolment.state == EnrolmentState.INVITED,
        Cohort.state.in_((CohortState.OPEN, CohortState.RUNNING)),
    )
    return session.execute(statement.order_by(Cohort.starts_on, Enrolment.id)).all()
