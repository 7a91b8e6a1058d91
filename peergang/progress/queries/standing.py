"""What a participant's figures rest on, at present or at the end of a day: who takes part, where, and the sums of facts.

The present reads what is compiled. A past day reads the periods of taking part, the snapshot of that day or the nearest one
before it, and dated facts. On a day with a snapshot what the snapshot kept of work is used as it was kept: due dates move
afterwards, and erasure empties drafts. docs/decisions/0063-as-of.md says why.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import CohortState, EnrolmentRole
from peergang.core.clock import AMSTERDAM as ZONE
from peergang.core.db import local_day
from peergang.progress.models import EnrolmentPeriod, EnrolmentProgress, ProgressSnapshot
from peergang.progress.queries.compiled import has_progress
from peergang.progress.queries.facts import (
    NOW,
    Among,
    attendance_of_each,
    more_time_of_each,
    not_theirs_of_each,
    reading_of_each,
    reflections_due,
    work_of_each,
)
from peergang.progress.queries.places import TODAY

SHOWN = (CohortState.OPEN, CohortState.RUNNING, CohortState.CLOSED)
"""Cohorts with figures; a planned one has no participants yet, and a cancelled one none any more."""


def _start_of(day: Any) -> ColumnElement[Any]:
    return func.timezone(ZONE.key, cast(day, DateTime))


STATE_THEN: ColumnElement[str] = case(
    (
        and_(
            Cohort.state == CohortState.CLOSED,
            func.coalesce(Cohort.closed_at, _start_of(Cohort.ends_on + 1)) <= NOW,
        ),
        literal(CohortState.CLOSED.value),
    ),
    (
        and_(
            Cohort.state == CohortState.CANCELLED,
            func.coalesce(Cohort.cancelled_at, Cohort.created_at) <= NOW,
        ),
        literal(CohortState.CANCELLED.value),
    ),
    (
        and_(
            or_(Cohort.state.in_((CohortState.RUNNING, CohortState.CLOSED)), Cohort.started_at.is_not(None)),
            func.coalesce(Cohort.started_at, _start_of(Cohort.starts_on)) <= NOW,
        ),
        literal(CohortState.RUNNING.value),
    ),
    (
        and_(Cohort.state != CohortState.PLANNED, or_(Cohort.opened_at.is_(None), Cohort.opened_at <= NOW)),
        literal(CohortState.OPEN.value),
    ),
    else_=literal(CohortState.PLANNED.value),
)
"""The state of a cohort at the moment. Who has no moment of opening written down was open before anybody asks."""

TOOK_PART_THEN = and_(
    EnrolmentPeriod.enrolment_id == Enrolment.id,
    EnrolmentPeriod.began_at <= NOW,
    or_(EnrolmentPeriod.ended_at.is_(None), EnrolmentPeriod.ended_at > NOW),
)
"""At most one period of each participant holds."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Columns to select, and `join`, which adds what they come from to a statement over enrolments and cohorts."""

    past: bool
    state: ColumnElement[Any]
    required: ColumnElement[Any]
    completed: ColumnElement[Any]
    handed_in: ColumnElement[Any]
    on_time: ColumnElement[Any]
    due: ColumnElement[Any]
    last_active: ColumnElement[Any]
    presence: Any
    joins: tuple[tuple[Any, ColumnElement[bool]], ...]

    def join(self, statement: Select[Any]) -> Select[Any]:
        """Add the sums of facts and progress of each enrolment."""
        for target, on in self.joins:
            statement = statement.outerjoin(target, on)
        return statement

    def members(self, statement: Select[Any]) -> Select[Any]:
        """Leave the participants who have progress, in cohorts that are shown."""
        statement = statement.where(self.state.in_(SHOWN), Enrolment.role == EnrolmentRole.PARTICIPANT)
        if not self.past:
            return statement.where(has_progress())
        return statement.join(EnrolmentPeriod, TOOK_PART_THEN)


@dataclass(frozen=True, slots=True)
class Due:
    """Which reflections are due: those of the cohort, less what one has more time for and what was due before one joined."""

    of_cohort: Any
    more_time: Any
    not_theirs: Any

    @property
    def number(self) -> ColumnElement[Any]:
        """How many."""
        number: ColumnElement[Any] = (
            self.of_cohort.c.due
            - func.coalesce(self.more_time.c.not_yet, 0)
            - func.coalesce(self.not_theirs.c.number, 0)
        )
        return number


def present(among: Among = None) -> Standing:
    """How things stand now; `among`, a condition on `Enrolment`, says of whom facts are read."""
    presence, work, reading = attendance_of_each(among), work_of_each(among), reading_of_each(among)
    due = Due(reflections_due(), more_time_of_each(among), not_theirs_of_each(among))
    seen = func.greatest(
        EnrolmentProgress.last_completed_at, presence.c.seen_at, work.c.wrote_at, reading.c.read_at
    )
    return Standing(
        past=False,
        state=Cohort.state.expression,
        required=EnrolmentProgress.required.expression,
        completed=EnrolmentProgress.completed.expression,
        handed_in=work.c.handed_in,
        on_time=work.c.on_time,
        due=due.number,
        last_active=seen,
        presence=presence,
        joins=(
            (EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id),
            *_facts(presence, work, reading, due),
        ),
    )


def then(among: Among = None) -> Standing:
    """How things stood at the moment `now`, the last instant of a day that is over; `among` as with `present`."""
    presence = attendance_of_each(among)
    work, reading = work_of_each(among, past=True), reading_of_each(among, past=True)
    due = Due(reflections_due(), more_time_of_each(among, past=True), not_theirs_of_each(among, past=True))
    kept = _nearest_snapshot()
    of_the_day = and_(kept.c.day == TODAY, kept.c.due.is_not(None))
    seen = func.greatest(kept.c.last_active_at, presence.c.seen_at, work.c.wrote_at, reading.c.read_at)

    def own(name: str, reckoned: Any) -> ColumnElement[Any]:
        return case((of_the_day, cast(kept.c[name], Integer)), else_=reckoned)

    return Standing(
        past=True,
        state=STATE_THEN,
        required=kept.c.required,
        completed=kept.c.completed,
        handed_in=own("handed_in", work.c.handed_in),
        on_time=own("on_time", work.c.on_time),
        due=own("due", due.number),
        last_active=case((of_the_day, kept.c.last_active_at), else_=seen),
        presence=presence,
        joins=((kept, true()), *_facts(presence, work, reading, due)),
    )


def _facts(presence: Any, work: Any, reading: Any, due: Due) -> tuple[Any, ...]:
    return (
        (presence, presence.c.enrolment_id == Enrolment.id),
        (work, work.c.enrolment_id == Enrolment.id),
        (reading, reading.c.enrolment_id == Enrolment.id),
        (due.of_cohort, due.of_cohort.c.cohort_id == Enrolment.cohort_id),
        (due.more_time, due.more_time.c.enrolment_id == Enrolment.id),
        (due.not_theirs, due.not_theirs.c.enrolment_id == Enrolment.id),
    )


def _nearest_snapshot() -> Any:
    """Of each enrolment the snapshot of the day, or the nearest one before it."""
    return (
        select(ProgressSnapshot)
        .where(ProgressSnapshot.enrolment_id == Enrolment.id, ProgressSnapshot.day <= TODAY)
        .order_by(ProgressSnapshot.day.desc())
        .limit(1)
        .correlate(Enrolment)
        .lateral("kept")
    )


def day_of(moment: Any) -> ColumnElement[date]:
    """The day in Amsterdam of a moment of a row, when it had come by then; otherwise empty."""
    return case((moment <= NOW, local_day(moment)))
