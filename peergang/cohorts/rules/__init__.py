"""States and transitions of cohorts, enrolments and meetings, and the dates that follow from them."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from peergang.core.clock import at_local, local_date
from peergang.core.errors import Conflict


class CohortState(StrEnum):
    """Life of a cohort."""

    PLANNED = "planned"
    OPEN = "open"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class EnrolmentState(StrEnum):
    """Life of an enrolment."""

    INVITED = "invited"
    WAITLISTED = "waitlisted"
    ACTIVE = "active"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class EnrolmentRole(StrEnum):
    """As what somebody takes part in a cohort."""

    PARTICIPANT = "participant"
    TRAINER = "trainer"


class MeetingState(StrEnum):
    """Life of a meeting."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class AttendanceState(StrEnum):
    """What was recorded at the door. Excused counts as absent in the figures, and is shown apart."""

    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


COHORT_TRANSITIONS = {
    CohortState.PLANNED: {CohortState.OPEN, CohortState.CANCELLED},
    CohortState.OPEN: {CohortState.RUNNING, CohortState.CANCELLED},
    CohortState.RUNNING: {CohortState.CLOSED, CohortState.CANCELLED},
    CohortState.CLOSED: set[CohortState](),
    CohortState.CANCELLED: set[CohortState](),
}

ENROLMENT_TRANSITIONS = {
    EnrolmentState.INVITED: {EnrolmentState.ACTIVE, EnrolmentState.WITHDRAWN},
    EnrolmentState.WAITLISTED: {EnrolmentState.INVITED, EnrolmentState.WITHDRAWN},
    EnrolmentState.ACTIVE: {EnrolmentState.COMPLETED, EnrolmentState.WITHDRAWN},
    EnrolmentState.COMPLETED: set[EnrolmentState](),
    # An organiser may invite somebody again who declined, or who was taken off by mistake.
    EnrolmentState.WITHDRAWN: {EnrolmentState.INVITED, EnrolmentState.WAITLISTED},
}

CHANGEABLE = (CohortState.PLANNED, CohortState.OPEN, CohortState.RUNNING)
"""A cohort whose people and dates may still change."""

INVITING = (CohortState.OPEN, CohortState.RUNNING)
"""A cohort that sends invitations and takes who accepts."""

HOLDS_A_SEAT = (EnrolmentState.INVITED, EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)
"""Who counts for the capacity: an invitation that waits for an answer keeps its seat."""

MAY_LEAVE = (EnrolmentState.INVITED, EnrolmentState.WAITLISTED, EnrolmentState.ACTIVE)
"""Who has a place or waits for one, and can still give it up."""

DUE_AT = time(17, 0)
"""Work is due at the end of the working day, Amsterdam time."""


def next_cohort_state(state: str, wanted: CohortState) -> CohortState:
    """`wanted`, when a cohort in `state` may become that.

    Raises:
        Conflict: `cohort_state` when it may not.
    """
    if wanted not in COHORT_TRANSITIONS[CohortState(state)]:
        raise Conflict("cohort_state", state=state, wanted=str(wanted))
    return wanted


def next_enrolment_state(state: str, wanted: EnrolmentState) -> EnrolmentState:
    """`wanted`, when an enrolment in `state` may become that.

    Raises:
        Conflict: `enrolment_state` when it may not.
    """
    if wanted not in ENROLMENT_TRANSITIONS[EnrolmentState(state)]:
        raise Conflict("enrolment_state", state=state, wanted=str(wanted))
    return wanted


def activity_due_at(module_due_at: datetime, days_before: int) -> datetime:
    """When an activity is due: so many calendar days before its module, at the end of the working day in Amsterdam.

    Counting goes over calendar days, not over 24 hours, so that a change of the clock leaves the wall time as it was.
    """
    if days_before == 0:
        return module_due_at
    return at_local(local_date(module_due_at) - timedelta(days=days_before), DUE_AT)


def due_at_of_day(day: date) -> datetime:
    """The moment at which work due on `day` is due."""
    return at_local(day, DUE_AT)
