"""Writing down the dates that follow from the meetings, and pinning what must not follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Row, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity, CohortModule, Meeting
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.rules import CHANGEABLE, MeetingState, due_at_of_day
from peergang.cohorts.rules.schedule import (
    ModuleDates,
    PlannedMeeting,
    PlannedModule,
    activity_dates,
    meeting_of,
    module_dates,
)
from peergang.core.clock import start_of_day
from peergang.core.errors import Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.curriculum.models import Activity, Module

Activities = dict[UUID, list[tuple[UUID, str, int]]]
Stored = dict[UUID, Row[UUID, datetime, datetime, bool]]


@dataclass(frozen=True, slots=True)
class MovedModule:
    """A module whose dates changed, with its new ones."""

    module_id: UUID
    code: str
    opens_at: datetime
    due_at: datetime


def follow_meetings(session: Session, cohort: Cohort) -> list[MovedModule]:
    """Compute all dates of `cohort` anew from its meetings and write those that changed, in a constant number of
    statements. Pinned modules keep theirs.

    Called by use cases that hold the cohort and have asked their policy.

    Returns:
        The modules whose dates changed, in their order; empty for a cohort that had no dates yet.
    """
    modules = session.execute(
        select(Module.id, Module.code).where(Module.edition_id == cohort.edition_id).order_by(Module.position)
    ).all()
    activities = _activities(session, cohort.edition_id)
    stored = _stored(session, cohort.id)
    plans = [PlannedModule(one.id, _days_after(activities.get(one.id, ()))) for one in modules]
    dates = _dates(cohort, plans, _meetings(session, cohort.id), stored)
    _write_modules(session, cohort.id, dates)
    _write_activities(session, cohort.id, dates, activities)
    codes = {one.id: one.code for one in modules}
    moved = [
        MovedModule(one.module_id, codes[one.module_id], one.opens_at, one.due_at)
        for one in dates
        if (old := stored.get(one.module_id)) and (old.opens_at, old.due_at) != (one.opens_at, one.due_at)
    ]
    if moved:
        # What somebody should have done by now depends on these dates: the trigger on `cohort` marks all as dirty.
        session.execute(update(Cohort).where(Cohort.id == cohort.id).values(capacity=Cohort.capacity))
    return moved


def _dates(
    cohort: Cohort, plans: list[PlannedModule], meetings: list[PlannedMeeting], stored: Stored
) -> list[ModuleDates]:
    """The dates of all modules: those that follow as computed, the pinned ones as they are."""
    found = []
    for one in module_dates(cohort.starts_on, cohort.ends_on, plans, meetings):
        old = stored.get(one.module_id)
        if old is not None and old.pinned:
            meeting = meeting_of(one.module_id, meetings)
            ends_at = meeting.ends_at if meeting else None
            found.append(ModuleDates(one.module_id, old.opens_at, old.due_at, ends_at))
        else:
            found.append(one)
    return found


def _stored(session: Session, cohort_id: UUID) -> Stored:
    rows = session.execute(
        select(CohortModule.module_id, CohortModule.opens_at, CohortModule.due_at, CohortModule.pinned).where(
            CohortModule.cohort_id == cohort_id
        )
    )
    return {row.module_id: row for row in rows}


def pin_module(
    session: Session, actor: Actor, cohort_id: UUID, module_id: UUID, *, opens_on: date, due_on: date
) -> None:
    """Give a module dates of its own, which no longer follow the meetings. For organisers.

    It opens at midnight and is due at the end of the working day, Amsterdam time.

    Raises:
        Forbidden: for anybody else.
        NotFound: when the cohort has no such module.
        Conflict: `cohort_state`.
        Invalid: {"due_on": "before_opening"}.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    if due_on < opens_on:
        raise Invalid({"due_on": "before_opening"})
    _set(
        session,
        cohort,
        module_id,
        {"opens_at": start_of_day(opens_on), "due_at": due_at_of_day(due_on), "pinned": True},
    )
    follow_meetings(session, cohort)


def unpin_module(session: Session, actor: Actor, cohort_id: UUID, module_id: UUID) -> None:
    """Let the dates of a module follow the meetings again. For organisers.

    Raises:
        Forbidden: for anybody else.
        NotFound: when the cohort has no such module.
        Conflict: `cohort_state`.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    _set(session, cohort, module_id, {"pinned": False})
    follow_meetings(session, cohort)


def _set(session: Session, cohort: Cohort, module_id: UUID, values: dict[str, datetime | bool]) -> None:
    found = session.execute(
        update(CohortModule)
        .where(CohortModule.cohort_id == cohort.id, CohortModule.module_id == module_id)
        .values(**values)
        .returning(CohortModule.module_id)
    ).first()
    if found is None:
        raise NotFound


def _activities(session: Session, edition_id: UUID) -> Activities:
    found: Activities = {}
    for row in session.execute(
        select(Activity.id, Activity.module_id, Activity.kind, Activity.due_days_before).where(
            Activity.edition_id == edition_id
        )
    ):
        found.setdefault(row.module_id, []).append((row.id, row.kind, row.due_days_before))
    return found


def _meetings(session: Session, cohort_id: UUID) -> list[PlannedMeeting]:
    rows = session.execute(
        select(Meeting.module_id, Meeting.starts_at, Meeting.ends_at, Meeting.state).where(
            Meeting.cohort_id == cohort_id
        )
    )
    return [PlannedMeeting(*row[:3], cancelled=row.state == MeetingState.CANCELLED) for row in rows]


def _days_after(activities: Iterable[tuple[UUID, str, int]]) -> int:
    return max((days for _, kind, days in activities if kind == "meeting"), default=0)


def _write_modules(session: Session, cohort_id: UUID, dates: list[ModuleDates]) -> None:
    rows = [
        {"cohort_id": cohort_id, "module_id": one.module_id, "opens_at": one.opens_at, "due_at": one.due_at}
        for one in dates
    ]
    if rows:
        _upsert(session, CohortModule, "module_id", rows)


def _write_activities(
    session: Session, cohort_id: UUID, dates: list[ModuleDates], activities: Activities
) -> None:
    rows = [
        {"cohort_id": cohort_id, "activity_id": activity_id, "opens_at": one.opens_at, "due_at": due_at}
        for one in dates
        for activity_id, due_at in activity_dates(one, activities.get(one.module_id, [])).items()
    ]
    if rows:
        _upsert(session, CohortActivity, "activity_id", rows)


def _upsert(
    session: Session,
    table: type[CohortModule] | type[CohortActivity],
    key: str,
    rows: list[dict[str, object]],
) -> None:
    """Write all rows in one statement and touch only those that changed."""
    new = insert(table).values(rows)
    session.execute(
        new.on_conflict_do_update(
            index_elements=["cohort_id", key],
            set_={"opens_at": new.excluded.opens_at, "due_at": new.excluded.due_at},
            where=or_(table.opens_at != new.excluded.opens_at, table.due_at != new.excluded.due_at),
        )
    )
