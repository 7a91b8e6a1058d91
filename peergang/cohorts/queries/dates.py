"""The dates that follow from meetings: as they stand, and as they would be. Nothing is written here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import CohortActivity, CohortModule, Meeting
from peergang.cohorts.queries.free_periods import AROUND, read_periods
from peergang.cohorts.rules import MeetingState
from peergang.cohorts.rules.free import free_days_between
from peergang.cohorts.rules.schedule import (
    ModuleDates,
    Pin,
    PlannedMeeting,
    PlannedModule,
    activity_dates,
    keep_pinned,
    keep_pinned_activity,
    module_dates,
)
from peergang.core.db import Rows
from peergang.curriculum.models import Activity, Module

MEETING = "meeting"


class Frame(NamedTuple):
    """What the dates of a cohort hang in."""

    cohort_id: UUID
    edition_id: UUID
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class ModuleMove:
    """A module with its new dates and those it had (None for the first time)."""

    module_id: UUID
    code: str
    title: str
    title_en: str | None
    pinned: bool
    opens_at: datetime
    due_at: datetime
    old_opens_at: datetime | None
    old_due_at: datetime | None

    @property
    def moves(self) -> bool:
        """Whether it had other dates."""
        return self.old_due_at is not None and (self.old_opens_at, self.old_due_at) != (
            self.opens_at,
            self.due_at,
        )


@dataclass(frozen=True, slots=True)
class ActivityMove:
    """An activity with its new dates and those it had (None for the first time)."""

    activity_id: UUID
    module_id: UUID
    module_code: str
    title: str
    title_en: str | None
    kind: str
    pinned: bool
    opens_at: datetime
    due_at: datetime
    old_opens_at: datetime | None
    old_due_at: datetime | None

    @property
    def moves(self) -> bool:
        """Whether it had another due date. That of a meeting is the meeting itself."""
        return self.kind != MEETING and self.old_due_at is not None and self.old_due_at != self.due_at


@dataclass(frozen=True, slots=True)
class DatePlan:
    """All dates of a cohort, in the order of the programme."""

    modules: Sequence[ModuleMove]
    activities: Sequence[ActivityMove]

    @property
    def moved_modules(self) -> list[ModuleMove]:
        """The modules that had other dates."""
        return [one for one in self.modules if one.moves]

    @property
    def moved_activities(self) -> list[ActivityMove]:
        """The activities that had another due date."""
        return [one for one in self.activities if one.moves]


def read_plan_meetings(session: Session, cohort_id: UUID) -> dict[UUID, PlannedMeeting]:
    """The meetings of a cohort as the rules know them, by id."""
    rows = session.execute(
        select(Meeting.id, Meeting.module_id, Meeting.starts_at, Meeting.ends_at, Meeting.state).where(
            Meeting.cohort_id == cohort_id
        )
    )
    return {row.id: PlannedMeeting(*row[1:4], cancelled=row.state == MeetingState.CANCELLED) for row in rows}


def preview_meeting(
    session: Session, frame: Frame, meeting_id: UUID, after: PlannedMeeting | None
) -> DatePlan:
    """All dates as they would be with the meeting as in `after`, or (None) without it; four statements."""
    meetings = read_plan_meetings(session, frame.cohort_id)
    meetings.pop(meeting_id, None)
    if after is not None:
        meetings[meeting_id] = after
    return plan_dates(session, frame, meetings.values())


def plan_dates(session: Session, frame: Frame, meetings: Iterable[PlannedMeeting]) -> DatePlan:
    """All dates of a cohort as they follow from `meetings`, pinned ones as they are, in three statements.

    No date falls in a weekend, on a public holiday or in a free period of any region when the rules can help it.
    """
    planned = list(meetings)
    free_days = read_free_days(session, frame)
    modules, activities = _modules(session, frame), _activities(session, frame)
    of_module: dict[UUID, list[tuple[UUID, str, int]]] = {}
    for row in activities:
        of_module.setdefault(row.module_id, []).append((row.id, row.kind, row.due_days_before))
    plans = [PlannedModule(row.id, _days_after(of_module.get(row.id, ()))) for row in modules]
    pins = {row.id: Pin(row.due_at, row.opens_at) for row in modules if row.pinned}
    derived = module_dates(frame.starts_on, frame.ends_on, plans, planned, free_days)
    dates = keep_pinned(derived, pins, planned)
    by_module = {one.module_id: one for one in dates}
    due = {
        activity_id: due_at
        for one in dates
        for activity_id, due_at in activity_dates(one, of_module.get(one.module_id, []), free_days).items()
    }
    return DatePlan(
        [_module_move(row, by_module[row.id]) for row in modules],
        [_activity_move(row, by_module[row.module_id], due[row.id]) for row in activities],
    )


def read_free_days(session: Session, frame: Frame) -> frozenset[date]:
    """All days around the cohort on which nobody should hand in: a free period in one region counts."""
    first, last = frame.starts_on - AROUND, frame.ends_on + AROUND
    return free_days_between(first, last, read_periods(session, first, last))


def _days_after(activities: Iterable[tuple[UUID, str, int]]) -> int:
    return max((days for _, kind, days in activities if kind == MEETING), default=0)


def _module_move(one: Any, dates: ModuleDates) -> ModuleMove:
    return ModuleMove(
        one.id,
        one.code,
        one.title,
        one.title_en,
        bool(one.pinned),
        dates.opens_at,
        dates.due_at,
        one.opens_at,
        one.due_at,
    )


def _activity_move(one: Any, module: ModuleDates, due_at: datetime) -> ActivityMove:
    opens_at, due_at = keep_pinned_activity(module, one.due_at) if one.pinned else (module.opens_at, due_at)
    return ActivityMove(
        one.id,
        one.module_id,
        one.module_code,
        one.title,
        one.title_en,
        one.kind,
        bool(one.pinned),
        opens_at,
        due_at,
        one.opens_at,
        one.due_at,
    )


def _modules(session: Session, frame: Frame) -> Rows:
    return session.execute(
        select(
            Module.id,
            Module.code,
            Module.title,
            Module.title_en,
            CohortModule.opens_at,
            CohortModule.due_at,
            CohortModule.pinned,
        )
        .outerjoin(
            CohortModule,
            and_(CohortModule.module_id == Module.id, CohortModule.cohort_id == frame.cohort_id),
        )
        .where(Module.edition_id == frame.edition_id)
        .order_by(Module.position)
    ).all()


def _activities(session: Session, frame: Frame) -> Rows:
    return session.execute(
        select(
            Activity.id,
            Activity.module_id,
            Activity.kind,
            Activity.title,
            Activity.title_en,
            Activity.due_days_before,
            Module.code.label("module_code"),
            CohortActivity.opens_at,
            CohortActivity.due_at,
            CohortActivity.pinned,
        )
        .join(Module, Module.id == Activity.module_id)
        .outerjoin(
            CohortActivity,
            and_(CohortActivity.activity_id == Activity.id, CohortActivity.cohort_id == frame.cohort_id),
        )
        .where(Activity.edition_id == frame.edition_id)
        .order_by(Module.position, Activity.position)
    ).all()
