"""Somebody's own places in cohorts."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import CohortState, EnrolmentState
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.curriculum.models import Edition, Programme
from peergang.identity.models import User


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


def list_invitations_of(session: Session, actor: Actor) -> Rows:
    """The cohorts that wait for the actor's answer, the first to start on top.

    Columns: enrolment_id, user_id, role, state, activated_at, completed_at, cohort_id, cohort_name, cohort_state,
    starts_on, ends_on, edition_id, edition_title, edition_title_en, sign, programme_slug.
    """
    statement = _select_places().where(
        Enrolment.user_id == actor.user_id,
        Enrolment.state == EnrolmentState.INVITED,
        Cohort.state.in_((CohortState.OPEN, CohortState.RUNNING)),
    )
    return session.execute(statement.order_by(Cohort.starts_on, Enrolment.id)).all()


def list_places_of(session: Session, actor: Actor) -> Rows:
    """Every cohort the actor takes or took part in, trains or waits for, the newest on top. Columns as above."""
    statement = _select_places().where(
        Enrolment.user_id == actor.user_id, Cohort.state.notin_((CohortState.PLANNED, CohortState.CANCELLED))
    )
    return session.execute(statement.order_by(Cohort.starts_on.desc(), Enrolment.id)).all()


def get_place(session: Session, enrolment_id: UUID) -> AnyRow:
    """One place in a cohort, whoever has it. Columns as above, and given_name, name_particle and family_name.

    Raises:
        NotFound: when there is no such enrolment.
    """
    statement = _select_places().add_columns(User.given_name, User.name_particle, User.family_name)
    row = session.execute(
        statement.join(User, User.id == Enrolment.user_id).where(Enrolment.id == enrolment_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
