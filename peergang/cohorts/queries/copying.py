"""What a copy of a cohort would be. The page shows it, and the use case makes exactly this."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, CohortActivity, CohortModule, Meeting
from peergang.cohorts.queries.free_periods import AROUND, read_periods
from peergang.cohorts.rules import MeetingState
from peergang.cohorts.rules.copying import A_WEEK, MovedDay, move_days, move_moment, weeks_between
from peergang.cohorts.rules.free import Period, Region, free_days_between
from peergang.core.clock import local_date
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.curriculum.models import Activity, Edition, Module


@dataclass(frozen=True, slots=True)
class CopyWishes:
    """What to take over, and to when."""

    name: str
    starts_on: date
    newest_edition: bool = True
    meetings: bool = True
    places: bool = True
    pins: bool = True
    trainers: bool = True
    capacity: bool = True
    regions: tuple[str, ...] = tuple(Region)


class CopiedMeeting(NamedTuple):
    """A meeting of the copy, and where it was. `skipped` are the free days it would have been on."""

    title: str
    module_id: UUID | None
    module_code: str | None
    starts_at: datetime
    ends_at: datetime
    place: str
    link: str
    old_starts_at: datetime
    skipped: tuple[date, ...]


class CopiedPin(NamedTuple):
    """A module or an activity of the copy with dates of its own."""

    subject_id: UUID
    title: str
    title_en: str | None
    opens_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """The whole copy. `lost` counts pinned dates and modules of meetings that the other edition does not have."""

    edition_id: UUID
    edition_number: int
    starts_on: date
    ends_on: date
    capacity: int
    weeks: int
    meetings: Sequence[CopiedMeeting]
    modules: Sequence[CopiedPin]
    activities: Sequence[CopiedPin]
    periods: Sequence[Period]
    lost: int


def plan_copy(session: Session, cohort_id: UUID, wishes: CopyWishes, usual_capacity: int) -> CopyPlan:
    """The copy of a cohort as wished, in a constant number of statements.

    Raises:
        NotFound: when there is no such cohort.
    """
    cohort = _get_source(session, cohort_id)
    edition_id, number = _edition(session, cohort.edition_id, wishes.newest_edition)
    weeks = weeks_between(cohort.starts_on, wishes.starts_on)
    periods = read_periods(session, wishes.starts_on, cohort.ends_on + weeks * A_WEEK + AROUND)
    meetings, unknown = _meetings(session, cohort_id, edition_id, wishes, weeks, periods)
    modules, gone = _pinned_modules(session, cohort_id, edition_id, weeks) if wishes.pins else ([], 0)
    activities, away = _pinned_activities(session, cohort_id, edition_id, weeks) if wishes.pins else ([], 0)
    last = max((local_date(one.ends_at) for one in meetings), default=wishes.starts_on)
    return CopyPlan(
        edition_id,
        number,
        wishes.starts_on,
        max(cohort.ends_on + weeks * A_WEEK, last, wishes.starts_on),
        cohort.capacity if wishes.capacity else usual_capacity,
        weeks,
        meetings,
        modules,
        activities,
        periods,
        unknown + gone + away,
    )


def _get_source(session: Session, cohort_id: UUID) -> AnyRow:
    columns = (Cohort.edition_id, Cohort.starts_on, Cohort.ends_on, Cohort.capacity)
    row = session.execute(select(*columns).where(Cohort.id == cohort_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def _edition(session: Session, edition_id: UUID, newest: bool) -> tuple[UUID, int]:
    own, found = aliased(Edition), aliased(Edition)
    same = found.programme_id == own.programme_id if newest else found.id == own.id
    row = session.execute(
        select(found.id, found.number)
        .join(own, same)
        .where(own.id == edition_id)
        .order_by(found.number.desc())
        .limit(1)
    ).one()
    return row.id, row.number


def _meetings(
    session: Session,
    cohort_id: UUID,
    edition_id: UUID,
    wishes: CopyWishes,
    weeks: int,
    periods: Sequence[Period],
) -> tuple[list[CopiedMeeting], int]:
    if not wishes.meetings:
        return [], 0
    rows = _list_planned(session, cohort_id, edition_id)
    days = [local_date(row.starts_at) for row in rows]
    moved = _move(days, weeks, periods, wishes.regions)
    found = [
        CopiedMeeting(
            row.title,
            row.module_id,
            row.module_code,
            move_moment(row.starts_at, new.day),
            move_moment(row.ends_at, new.day + (local_date(row.ends_at) - old)),
            row.place if wishes.places else "",
            row.link if wishes.places else "",
            row.starts_at,
            new.skipped,
        )
        for row, old, new in zip(rows, days, moved, strict=True)
    ]
    return found, sum(row.old_module_id is not None and row.module_id is None for row in rows)


def _list_planned(session: Session, cohort_id: UUID, edition_id: UUID) -> Rows:
    """The meetings that go on, each with the module of the other edition that has the slug of theirs."""
    own, other = aliased(Module), aliased(Module)
    return session.execute(
        select(
            Meeting.title,
            Meeting.starts_at,
            Meeting.ends_at,
            Meeting.place,
            Meeting.link,
            Meeting.module_id.label("old_module_id"),
            other.id.label("module_id"),
            other.code.label("module_code"),
        )
        .outerjoin(own, own.id == Meeting.module_id)
        .outerjoin(other, (other.slug == own.slug) & (other.edition_id == edition_id))
        .where(Meeting.cohort_id == cohort_id, Meeting.state == MeetingState.PLANNED)
        .order_by(Meeting.starts_at, Meeting.number)
    ).all()


def _move(
    days: Sequence[date], weeks: int, periods: Sequence[Period], regions: Sequence[str]
) -> list[MovedDay]:
    if not days:
        return []
    first, last = days[0] + weeks * A_WEEK, days[-1] + weeks * A_WEEK + AROUND
    return move_days(days, weeks, free_days_between(first, last, periods, regions))


def _pinned_modules(
    session: Session, cohort_id: UUID, edition_id: UUID, weeks: int
) -> tuple[list[CopiedPin], int]:
    own, other = aliased(Module), aliased(Module)
    rows = session.execute(
        select(other.id, other.title, other.title_en, CohortModule.opens_at, CohortModule.due_at)
        .join(own, own.id == CohortModule.module_id)
        .outerjoin(other, (other.slug == own.slug) & (other.edition_id == edition_id))
        .where(CohortModule.cohort_id == cohort_id, CohortModule.pinned)
        .order_by(own.position)
    ).all()
    found = [_move_pin(*row, weeks) for row in rows if row.id is not None]
    return found, len(rows) - len(found)


def _pinned_activities(
    session: Session, cohort_id: UUID, edition_id: UUID, weeks: int
) -> tuple[list[CopiedPin], int]:
    own, other = aliased(Activity), aliased(Activity)
    rows = session.execute(
        select(other.id, other.title, other.title_en, CohortActivity.opens_at, CohortActivity.due_at)
        .join(own, own.id == CohortActivity.activity_id)
        .outerjoin(other, (other.slug == own.slug) & (other.edition_id == edition_id))
        .where(CohortActivity.cohort_id == cohort_id, CohortActivity.pinned)
        .order_by(CohortActivity.due_at)
    ).all()
    found = [_move_pin(*row, weeks) for row in rows if row.id is not None]
    return found, len(rows) - len(found)


def _move_pin(
    subject_id: UUID, title: str, title_en: str | None, opens_at: datetime, due_at: datetime, weeks: int
) -> CopiedPin:
    opens, due = (move_moment(one, local_date(one) + weeks * A_WEEK) for one in (opens_at, due_at))
    return CopiedPin(subject_id, title, title_en, opens, due)
