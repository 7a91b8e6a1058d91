"""Whether a cohort can be opened."""

from collections import Counter
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortModule, Enrolment, Meeting, PeerGroupMembership
from peergang.cohorts.queries.people import PLACED, list_placeable, list_trainers
from peergang.cohorts.rules import CohortState, EnrolmentRole, MeetingState
from peergang.cohorts.rules.groups import SMALLEST
from peergang.cohorts.rules.opening import MeetingFacts, Readiness
from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.curriculum.models import Module


def read_readiness(session: Session, cohort_id: UUID) -> Readiness:
    """The cohort in figures, in a constant number of statements.

    Raises:
        NotFound: when there is no such cohort.
    """
    cohort = _get_frame(session, cohort_id)
    meetings = session.execute(
        select(Meeting.starts_at, Meeting.module_id, Meeting.place, Meeting.link).where(
            Meeting.cohort_id == cohort_id, Meeting.state == MeetingState.PLANNED
        )
    ).all()
    placeable = list_placeable(session, cohort_id)
    sizes = Counter(group for _, group in placeable if group is not None)
    return Readiness(
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
        modules=cohort.modules,
        modules_with_meeting=len({one.module_id for one in meetings if one.module_id}),
        meetings=tuple(
            MeetingFacts(one.starts_at, one.module_id is not None, bool(one.place or one.link))
            for one in meetings
        ),
        last_due_at=cohort.last_due_at,
        trainers=len(list_trainers(session, cohort_id)),
        participants=len(placeable),
        group_sizes=tuple(sizes.values()),
        ungrouped=sum(1 for _, group in placeable if group is None),
    )


def _get_frame(session: Session, cohort_id: UUID) -> AnyRow:
    last_due_at = (
        select(func.max(CohortModule.due_at)).where(CohortModule.cohort_id == Cohort.id).scalar_subquery()
    )
    row = session.execute(
        select(
            Cohort.starts_on,
            Cohort.ends_on,
            func.count(Module.id).label("modules"),
            last_due_at.label("last_due_at"),
        )
        .outerjoin(Module, Module.edition_id == Cohort.edition_id)
        .where(Cohort.id == cohort_id)
        .group_by(Cohort.id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_cohorts_with_broken_groups(session: Session) -> list[UUID]:
    """Running cohorts with peer groups in which one fell below 3 or somebody has none; one statement."""
    current = (
        select(Enrolment.cohort_id, PeerGroupMembership.peer_group_id)
        .outerjoin(
            PeerGroupMembership,
            (PeerGroupMembership.enrolment_id == Enrolment.id) & PeerGroupMembership.left_at.is_(None),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Cohort.state == CohortState.RUNNING,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(PLACED),
        )
        .subquery()
    )
    broken = (
        select(current.c.cohort_id)
        .group_by(current.c.cohort_id, current.c.peer_group_id)
        .having(or_(current.c.peer_group_id.is_(None), func.count() < SMALLEST))
    )
    grouped = select(current.c.cohort_id).where(current.c.peer_group_id.is_not(None))
    return list(
        session.scalars(
            select(Cohort.id).where(Cohort.id.in_(broken), Cohort.id.in_(grouped)).order_by(Cohort.id)
        )
    )
