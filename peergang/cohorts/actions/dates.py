"""Writing down the dates that follow from the meetings, and pinning what must not follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity, CohortModule
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.dates import DatePlan, Frame, plan_dates, read_plan_meetings
from peergang.cohorts.rules import CHANGEABLE, due_at_of_day
from peergang.core.clock import start_of_day
from peergang.core.errors import Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit


@dataclass(frozen=True, slots=True)
class MovedModule:
    """A module whose dates changed, with its new ones."""

    module_id: UUID
    code: str
    opens_at: datetime
    due_at: datetime


def follow_meetings(session: Session, cohort: Cohort) -> list[MovedModule]:
    """Compute all dates of `cohort` anew from its meetings and write those that changed, in a constant number of
    statements. Pinned modules and activities keep theirs.

    Called by use cases that hold the cohort and have asked their policy.

    Returns:
        The modules whose dates changed, in their order; empty for a cohort that had no dates yet.
    """
    frame = Frame(cohort.id, cohort.edition_id, cohort.starts_on, cohort.ends_on)
    plan = plan_dates(session, frame, read_plan_meetings(session, cohort.id).values())
    _write(session, cohort.id, plan)
    if plan.moved_modules or plan.moved_activities:
        # What somebody should have done by now depends on these dates.
        _mark_all(session, cohort.id)
    return [MovedModule(one.module_id, one.code, one.opens_at, one.due_at) for one in plan.moved_modules]


def pin_module(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    module_id: UUID,
    *,
    opens_on: date,
    due_on: date,
    now: datetime,
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
    values = {"opens_at": start_of_day(opens_on), "due_at": due_at_of_day(due_on), "pinned": True}
    _set(session, CohortModule, cohort_id, module_id, values)
    follow_meetings(session, cohort)
    _note(session, actor, "module_pinned", cohort_id, {"module": str(module_id), "due_on": str(due_on)}, now)


def unpin_module(session: Session, actor: Actor, cohort_id: UUID, module_id: UUID, *, now: datetime) -> None:
    """Let the dates of a module follow the meetings again. For organisers.

    Raises:
        Forbidden: for anybody else.
        NotFound: when the cohort has no such module.
        Conflict: `cohort_state`.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    _set(session, CohortModule, cohort_id, module_id, {"pinned": False})
    follow_meetings(session, cohort)
    _note(session, actor, "module_unpinned", cohort_id, {"module": str(module_id)}, now)


def pin_activity(
    session: Session, actor: Actor, cohort_id: UUID, activity_id: UUID, *, due_on: date, now: datetime
) -> None:
    """Give one activity a due date of its own, which no longer follows its module. For organisers.

    It is due at the end of the working day, Amsterdam time.

    Raises:
        Forbidden: for anybody else.
        NotFound: when the cohort has no such activity.
        Conflict: `cohort_state`.
        Invalid: {"due_on": "before_opening"} when its module is not open yet on that day.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    opens_at = session.scalar(
        select(CohortActivity.opens_at).where(
            CohortActivity.cohort_id == cohort_id, CohortActivity.activity_id == activity_id
        )
    )
    if opens_at is not None and due_at_of_day(due_on) <= opens_at:
        raise Invalid({"due_on": "before_opening"})
    _set(session, CohortActivity, cohort_id, activity_id, {"due_at": due_at_of_day(due_on), "pinned": True})
    follow_meetings(session, cohort)
    _mark_all(session, cohort_id)
    details = {"activity": str(activity_id), "due_on": str(due_on)}
    _note(session, actor, "activity_pinned", cohort_id, details, now)


def unpin_activity(
    session: Session, actor: Actor, cohort_id: UUID, activity_id: UUID, *, now: datetime
) -> None:
    """Let the due date of one activity follow its module again. For organisers.

    Raises:
        Forbidden: for anybody else.
        NotFound: when the cohort has no such activity.
        Conflict: `cohort_state`.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    _set(session, CohortActivity, cohort_id, activity_id, {"pinned": False})
    follow_meetings(session, cohort)
    _note(session, actor, "activity_unpinned", cohort_id, {"activity": str(activity_id)}, now)


def _note(
    session: Session, actor: Actor, verb: str, cohort_id: UUID, details: dict[str, Any], now: datetime
) -> None:
    record_audit(session, actor, verb, "cohort", cohort_id, details, now=now)


def _mark_all(session: Session, cohort_id: UUID) -> None:
    """Mark everybody's progress as dirty, through the trigger on `cohort`."""
    session.execute(update(Cohort).where(Cohort.id == cohort_id).values(capacity=Cohort.capacity))


def _set(
    session: Session,
    table: type[CohortModule] | type[CohortActivity],
    cohort_id: UUID,
    subject_id: UUID,
    values: Mapping[str, object],
) -> None:
    subject = table.module_id if issubclass(table, CohortModule) else table.activity_id
    statement = update(table).where(table.cohort_id == cohort_id, subject == subject_id)
    if session.execute(statement.values(**values).returning(subject)).first() is None:
        raise NotFound


def _write(session: Session, cohort_id: UUID, plan: DatePlan) -> None:
    _upsert(session, CohortModule, "module_id", cohort_id, [(one.module_id, one) for one in plan.modules])
    _upsert(
        session, CohortActivity, "activity_id", cohort_id, [(one.activity_id, one) for one in plan.activities]
    )


def _upsert(
    session: Session,
    table: type[CohortModule] | type[CohortActivity],
    key: str,
    cohort_id: UUID,
    dates: Sequence[tuple[UUID, Any]],
) -> None:
    """Write all rows in one statement and touch only those that changed."""
    if not dates:
        return
    new = insert(table).values(
        [
            {"cohort_id": cohort_id, key: subject_id, "opens_at": one.opens_at, "due_at": one.due_at}
            for subject_id, one in dates
        ]
    )
    session.execute(
        new.on_conflict_do_update(
            index_elements=["cohort_id", key],
            set_={"opens_at": new.excluded.opens_at, "due_at": new.excluded.due_at},
            where=or_(table.opens_at != new.excluded.opens_at, table.due_at != new.excluded.due_at),
        )
    )
