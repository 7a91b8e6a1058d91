"""Whether a cohort can be opened."""

from collections import Counter
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Meeting
from peergang.cohorts.queries.people import list_placeable, list_trainers
from peergang.cohorts.rules import MeetingState
from peergang.cohorts.rules.opening import MeetingFacts, Readiness
from peergang.core.errors import NotFound
from peergang.curriculum.models import Module


def read_readiness(session: Session, cohort_id: UUID) -> Readiness:
    """The cohort in figures, in a constant number of statements.

    Raises:
        NotFound: when there is no such cohort.
    """
    cohort = session.execute(
        select(Cohort.starts_on, Cohort.ends_on, func.count(Module.id).label("modules"))
        .outerjoin(Module, Module.edition_id == Cohort.edition_id)
        .where(Cohort.id == cohort_id)
        .group_by(Cohort.id)
    ).one_or_none()
    if cohort is None:
        raise NotFound
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
        trainers=len(list_trainers(session, cohort_id)),
        participants=len(placeable),
        group_sizes=tuple(sizes.values()),
        ungrouped=sum(1 for _, group in placeable if group is None),
    )
