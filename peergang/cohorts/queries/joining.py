"""Joining by link, requests for a place and the waiting list."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment, JoinRequest
from peergang.cohorts.queries.cohorts import get_cohort
from peergang.cohorts.rules import EnrolmentRole, EnrolmentState
from peergang.cohorts.rules.joining import JoinState, RequestState, join_state
from peergang.core.db import AnyRow, Rows
from peergang.core.permissions import Actor
from peergang.curriculum.models import Edition
from peergang.identity.models import Affiliation, Institution, User

_WAITS = (Enrolment.role == EnrolmentRole.PARTICIPANT, Enrolment.state == EnrolmentState.WAITLISTED)


def get_join_state(session: Session, cohort_id: UUID, number: int, today: date) -> tuple[AnyRow, JoinState]:
    """The cohort behind a link with this number, as get_cohort gives it, and what somebody finds there today.

    Raises:
        NotFound: when there is no such cohort.
    """
    cohort = get_cohort(session, cohort_id)
    state = join_state(
        state=cohort.state,
        is_open=cohort.join_open,
        until=cohort.join_until,
        current=cohort.join_number == number,
        seats_left=cohort.capacity - cohort.active - cohort.invited - cohort.waitlisted,
        today=today,
    )
    return cohort, state


def find_own_state(session: Session, actor: Actor, cohort_id: UUID) -> str:
    """How the actor stands in a cohort: the state of their enrolment, "requested", or empty."""
    state = session.scalar(
        select(Enrolment.state).where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.user_id == actor.user_id,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
    )
    if state is not None:
        return state
    asked = select(JoinRequest.id).where(
        JoinRequest.cohort_id == cohort_id,
        JoinRequest.user_id == actor.user_id,
        JoinRequest.state == RequestState.WAITING,
    )
    return "requested" if session.execute(asked.limit(1)).first() else ""


def list_requests(session: Session, cohort_id: UUID) -> Rows:
    """Requests that wait for a decision, the first to ask on top.

    Columns: request_id, user_id, given_name, particle, family_name, email, institution_id, institution_name,
    institution_text, job_title, motivation, requested_at.
    """
    return session.execute(
        select(
            JoinRequest.id.label("request_id"),
            JoinRequest.user_id,
            JoinRequest.given_name,
            JoinRequest.particle,
            JoinRequest.family_name,
            JoinRequest.email,
            JoinRequest.institution_id,
            Institution.name.label("institution_name"),
            JoinRequest.institution_text,
            JoinRequest.job_title,
            JoinRequest.motivation,
            JoinRequest.requested_at,
        )
        .outerjoin(Institution, Institution.id == JoinRequest.institution_id)
        .where(JoinRequest.cohort_id == cohort_id, JoinRequest.state == RequestState.WAITING)
        .order_by(JoinRequest.requested_at, JoinRequest.id)
    ).all()


def list_waiting(session: Session, cohort_id: UUID) -> Rows:
    """The waiting list in its order.

    Columns: enrolment_id, given_name, name_particle, family_name, email, institution_name, waitlisted_at, moved_up.
    """
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            User.given_name,
            User.name_particle,
            User.family_name,
            User.email,
            Institution.name.label("institution_name"),
            Enrolment.waitlisted_at,
            Enrolment.moved_up,
        )
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .where(Enrolment.cohort_id == cohort_id, *_WAITS)
        .order_by(Enrolment.moved_up.desc(), Enrolment.waitlisted_at, Enrolment.id)
    ).all()


def list_own_waits(session: Session, actor: Actor) -> Rows:
    """The waiting lists the actor stands on, with their place from 1. Columns: enrolment_id, cohort_name, place, starts_on."""
    place = (
        func.row_number()
        .over(
            partition_by=Enrolment.cohort_id,
            order_by=(Enrolment.moved_up.desc(), Enrolment.waitlisted_at, Enrolment.id),
        )
        .label("place")
    )
    mine = aliased(Enrolment)
    lists = select(mine.cohort_id).where(
        mine.user_id == actor.user_id, mine.state == EnrolmentState.WAITLISTED
    )
    queue = (
        select(Enrolment.id, Enrolment.user_id, Enrolment.cohort_id, place)
        .where(Enrolment.cohort_id.in_(lists), *_WAITS)
        .subquery()
    )
    return session.execute(
        select(
            queue.c.id.label("enrolment_id"),
            Cohort.name.label("cohort_name"),
            queue.c.place,
            Cohort.starts_on,
        )
        .join(Cohort, Cohort.id == queue.c.cohort_id)
        .where(queue.c.user_id == actor.user_id)
        .order_by(Cohort.starts_on, queue.c.id)
    ).all()


def list_targets(session: Session, cohort_id: UUID) -> Rows:
    """Cohorts of the same programme that somebody can go to. Columns: cohort_id, name, starts_on."""
    here = aliased(Cohort)
    there = aliased(Edition)
    programme = (
        select(Edition.programme_id)
        .join(here, here.edition_id == Edition.id)
        .where(here.id == cohort_id)
        .scalar_subquery()
    )
    return session.execute(
        select(Cohort.id.label("cohort_id"), Cohort.name, Cohort.starts_on)
        .join(there, there.id == Cohort.edition_id)
        .where(
            there.programme_id == programme,
            Cohort.id != cohort_id,
            Cohort.state.in_(("planned", "open", "running")),
        )
        .order_by(Cohort.starts_on, Cohort.name)
    ).all()
