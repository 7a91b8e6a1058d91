"""Cohorts with their dates, and people in them."""

from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import (
    Cohort,
    CohortActivity,
    CohortModule,
    Enrolment,
    Meeting,
    PeerGroup,
    PeerGroupMembership,
)
from peergang.cohorts.rules import activity_due_at
from peergang.core.clock import start_of_day
from peergang.core.db import Rows
from peergang.curriculum.models import Activity, Edition, Module
from peergang.identity.models import Institution, User
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_affiliation, make_institution, make_user

_numbers = count(1)


def make_cohort(
    session: Session,
    now: datetime,
    *,
    edition: Edition | None = None,
    state: str = "running",
    capacity: int = 30,
) -> Cohort:
    """A cohort whose first module opened two weeks ago and is due three weeks from `now`; the next ones follow."""
    edition = edition or make_edition(session)
    today = now.date()
    cohort = Cohort(
        edition_id=edition.id,
        name=f"Peergang proef {next(_numbers)}",
        starts_on=today - timedelta(days=14),
        ends_on=today + timedelta(days=180),
        capacity=capacity,
        state=state,
    )
    session.add(cohort)
    session.flush()
    modules = session.scalars(
        select(Module).where(Module.edition_id == edition.id).order_by(Module.position)
    ).all()
    for index, module in enumerate(modules):
        opens_at = now - timedelta(days=14) + timedelta(days=35 * index)
        _add_dates(session, cohort, module, opens_at, opens_at + timedelta(days=35))
    session.flush()
    return cohort


def _add_dates(
    session: Session, cohort: Cohort, module: Module, opens_at: datetime, due_at: datetime
) -> None:
    session.add(CohortModule(cohort_id=cohort.id, module_id=module.id, opens_at=opens_at, due_at=due_at))
    for activity in session.scalars(select(Activity).where(Activity.module_id == module.id)):
        due = activity_due_at(due_at, activity.due_days_before)
        session.add(
            CohortActivity(cohort_id=cohort.id, activity_id=activity.id, opens_at=opens_at, due_at=due)
        )


def make_participant(
    session: Session,
    cohort: Cohort,
    *,
    user: User | None = None,
    institution: Institution | None = None,
    state: str = "active",
    at: datetime | None = None,
) -> Enrolment:
    user = user or make_user(session)
    affiliation = make_affiliation(session, user, institution or make_institution(session))
    moment = at or start_of_day(cohort.starts_on)
    enrolment = Enrolment(
        cohort_id=cohort.id,
        user_id=user.id,
        affiliation_id=affiliation.id,
        role="participant",
        state=state,
        invited_at=moment,
        activated_at=moment if state in ("active", "completed") else None,
        waitlisted_at=moment if state == "waitlisted" else None,
        withdrawn_at=moment if state == "withdrawn" else None,
    )
    session.add(enrolment)
    session.flush()
    return enrolment


def make_trainer(session: Session, cohort: Cohort, *, user: User | None = None) -> Enrolment:
    enrolment = Enrolment(
        cohort_id=cohort.id, user_id=(user or make_user(session)).id, role="trainer", state="active"
    )
    session.add(enrolment)
    session.flush()
    return enrolment


def make_peer_group(session: Session, cohort: Cohort, *members: Enrolment, since: datetime) -> PeerGroup:
    group = PeerGroup(cohort_id=cohort.id, name=f"Groep {next(_numbers)}")
    session.add(group)
    session.flush()
    for member in members:
        session.add(
            PeerGroupMembership(
                cohort_id=cohort.id, peer_group_id=group.id, enrolment_id=member.id, joined_at=since
            )
        )
    session.flush()
    return group


def make_meeting(
    session: Session, cohort: Cohort, starts_at: datetime, *, number: int = 1, **more: object
) -> Meeting:
    meeting = Meeting(
        cohort_id=cohort.id,
        number=number,
        title=str(more.pop("title", f"Bijeenkomst {number}")),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        **more,
    )
    session.add(meeting)
    session.flush()
    return meeting


def list_cohort_activities(session: Session, cohort_id: UUID, module_id: UUID | None = None) -> Rows:
    """The activities of a cohort (of one module, when given) in their order, as (activity_id, module_id, kind, opens_at,
    due_at).
    """
    statement = (
        select(
            Activity.id.label("activity_id"),
            Activity.module_id,
            Activity.kind,
            CohortActivity.opens_at,
            CohortActivity.due_at,
        )
        .join(CohortActivity, CohortActivity.activity_id == Activity.id)
        .join(Module, Module.id == Activity.module_id)
        .where(CohortActivity.cohort_id == cohort_id)
        .order_by(Module.position, Activity.position)
    )
    if module_id is not None:
        statement = statement.where(Activity.module_id == module_id)
    return session.execute(statement).all()
