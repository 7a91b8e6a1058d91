"""Making a cohort and changing what it is about."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.cohorts.actions.dates import MovedModule, follow_meetings
from peergang.cohorts.actions.seats import promote_waiting
from peergang.cohorts.models import Cohort, CohortActivity, CohortModule, Meeting
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import count_seats_taken, is_name_taken, lock_cohort
from peergang.cohorts.rules import CHANGEABLE, CohortState
from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require
from peergang.curriculum.models import Activity, Edition, Module
from peergang.identity.actions.audit import record_audit

NAME_MAX_LENGTH = 120
CAPACITY_MAX = 1000


@dataclass(frozen=True, slots=True)
class CohortDetails:
    """The first step of setting up."""

    edition_id: UUID
    name: str
    starts_on: date
    ends_on: date
    capacity: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change brought about: modules whose dates moved, and who came from the waiting list (enrolment ids)."""

    moved: list[MovedModule]
    promoted: list[UUID]


def create_cohort(session: Session, actor: Actor, details: CohortDetails, *, now: datetime) -> Cohort:
    """Make a planned cohort, its modules spread evenly over its period until there are meetings. For organisers.

    Raises:
        Forbidden: for anybody else.
        Invalid: {"programme": "unknown", "name": "missing" | "long" | "taken", "ends_on": "before_start" | "too_long",
            "capacity": "out_of_range"}.
    """
    require(can_manage_cohort(actor))
    check_cohort(session, details, None)
    cohort = Cohort(
        edition_id=details.edition_id,
        name=details.name.strip(),
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        capacity=details.capacity,
        state=CohortState.PLANNED,
        created_at=now,
    )
    session.add(cohort)
    _flush_name(session)
    follow_meetings(session, cohort)
    record_audit(session, actor, "cohort_created", "cohort", cohort.id, now=now)
    return cohort


def change_cohort(
    session: Session, actor: Actor, cohort_id: UUID, details: CohortDetails, *, now: datetime
) -> Changed:
    """Change the details; dates that follow move along, and a larger capacity promotes who waits. For organisers.

    Raises:
        Forbidden: for anybody else.
        Conflict: `cohort_state` when the cohort is closed or cancelled.
        Invalid: as `create_cohort`, and {"capacity": "below_taken"}, {"programme": "fixed"} once it was opened.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    check_cohort(session, details, cohort)
    if details.capacity < count_seats_taken(session, cohort_id):
        raise Invalid({"capacity": "below_taken"})
    if details.edition_id != cohort.edition_id:
        _switch_edition(session, cohort, details.edition_id)
    cohort.name, cohort.capacity = details.name.strip(), details.capacity
    cohort.starts_on, cohort.ends_on = details.starts_on, details.ends_on
    _flush_name(session)
    promoted = promote_waiting(session, cohort, now=now)
    record_audit(session, actor, "cohort_changed", "cohort", cohort_id, now=now)
    return Changed(follow_meetings(session, cohort), promoted)


def check_cohort(session: Session, details: CohortDetails, cohort: Cohort | None) -> None:
    """Refuse what no cohort can be; `cohort` is the one that is changed.

    Raises:
        Invalid: as `create_cohort` and `change_cohort`.
    """
    problems: dict[str, str] = {}
    name = details.name.strip()
    if not name:
        problems["name"] = "missing"
    elif len(name) > NAME_MAX_LENGTH:
        problems["name"] = "long"
    elif is_name_taken(session, name, but=cohort.id if cohort else None):
        problems["name"] = "taken"
    if details.ends_on < details.starts_on:
        problems["ends_on"] = "before_start"
    elif (details.ends_on - details.starts_on).days > 3 * 366:
        problems["ends_on"] = "too_long"
    if not 1 <= details.capacity <= CAPACITY_MAX:
        problems["capacity"] = "out_of_range"
    if session.get(Edition, details.edition_id) is None:
        problems["programme"] = "unknown"
    elif cohort and cohort.state != CohortState.PLANNED and cohort.edition_id != details.edition_id:
        problems["programme"] = "fixed"
    if problems:
        raise Invalid(problems)


def _flush_name(session: Session) -> None:
    """Write a cohort; of two that get one name at the same moment, the second is told so."""
    try:
        session.flush()
    except IntegrityError as error:
        if "uq__cohort__name" not in str(error.orig):
            raise
        raise Invalid({"name": "taken"}) from error


def _switch_edition(session: Session, cohort: Cohort, edition_id: UUID) -> None:
    """Take another programme while nobody has seen the cohort; meetings keep their place in the row of modules."""
    places = dict(
        session.execute(
            select(Module.id, Module.position).where(Module.edition_id == cohort.edition_id)
        ).all()
    )
    modules = dict(
        session.execute(select(Module.position, Module.id).where(Module.edition_id == edition_id)).all()
    )
    activities = dict(
        session.execute(
            select(Activity.module_id, Activity.id).where(
                Activity.edition_id == edition_id, Activity.kind == "meeting"
            )
        ).all()
    )
    for meeting in session.scalars(select(Meeting).where(Meeting.cohort_id == cohort.id)):
        meeting.module_id = modules.get(places.get(meeting.module_id, 0)) if meeting.module_id else None
        meeting.activity_id = activities.get(meeting.module_id) if meeting.module_id else None
    session.execute(delete(CohortActivity).where(CohortActivity.cohort_id == cohort.id))
    session.execute(delete(CohortModule).where(CohortModule.cohort_id == cohort.id))
    cohort.edition_id = edition_id
    session.flush()
