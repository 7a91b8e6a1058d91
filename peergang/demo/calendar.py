"""What stands in the database about a cohort's dates and activities: the ground on which the demo's people plan."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity, CohortModule, Meeting
from peergang.cohorts.rules import MeetingState
from peergang.curriculum.models import Activity, Module, Topic


@dataclass(frozen=True, slots=True)
class Task:
    """An activity with its date."""

    id: UUID
    slug: str
    kind: str
    required: bool
    due_at: datetime
    topics: tuple[str, ...]
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A module with its dates, topics and activities."""

    number: int
    opens_at: datetime
    due_at: datetime
    topics: tuple[UUID, ...]
    tasks: tuple[Task, ...]

    def task(self, kind: str) -> Task | None:
        """The first activity of a kind."""
        return next((one for one in self.tasks if one.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Gathering:
    """A meeting that goes on."""

    id: UUID
    number: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """A cohort that exists."""

    cohort_id: UUID
    created_at: datetime
    opened_at: datetime | None
    programme: str
    stretches: tuple[Stretch, ...]
    gatherings: tuple[Gathering, ...]

    def find(self, slug: str) -> Task:
        """The activity with this slug."""
        return next(task for one in self.stretches for task in one.tasks if task.slug == slug)


def find_calendar(session: Session, name: str, programme: str) -> Calendar | None:
    """The calendar of the cohort called `name`; None when there is no such cohort."""
    cohort = session.scalar(select(Cohort).where(Cohort.name == name))
    if cohort is None:
        return None
    modules = session.execute(
        select(Module.id, Module.position, CohortModule.opens_at, CohortModule.due_at)
        .join(CohortModule, CohortModule.module_id == Module.id)
        .where(CohortModule.cohort_id == cohort.id)
        .order_by(Module.position)
    ).all()
    topics: dict[UUID, list[UUID]] = {}
    for module_id, topic_id in session.execute(
        select(Topic.module_id, Topic.id)
        .where(Topic.module_id.in_([one.id for one in modules]))
        .order_by(Topic.position)
    ):
        topics.setdefault(module_id, []).append(topic_id)
    tasks = _tasks(session, cohort.id)
    return Calendar(
        cohort.id,
        cohort.created_at,
        cohort.opened_at,
        programme,
        tuple(
            Stretch(
                one.position,
                one.opens_at,
                one.due_at,
                tuple(topics.get(one.id, ())),
                tuple(tasks.get(one.id, ())),
            )
            for one in modules
        ),
        _gatherings(session, cohort.id),
    )


def _tasks(session: Session, cohort_id: UUID) -> dict[UUID, list[Task]]:
    tasks: dict[UUID, list[Task]] = {}
    rows = session.execute(
        select(Activity, CohortActivity.due_at)
        .join(CohortActivity, CohortActivity.activity_id == Activity.id)
        .where(CohortActivity.cohort_id == cohort_id)
        .order_by(Activity.position)
    )
    for activity, due_at in rows:
        task = Task(
            activity.id,
            activity.slug,
            activity.kind,
            activity.required,
            due_at,
            tuple(activity.topic_codes),
            activity.settings,
        )
        tasks.setdefault(activity.module_id, []).append(task)
    return tasks


def _gatherings(session: Session, cohort_id: UUID) -> tuple[Gathering, ...]:
    rows = session.execute(
        select(Meeting.id, Meeting.number, Meeting.starts_at, Meeting.ends_at)
        .where(Meeting.cohort_id == cohort_id, Meeting.state == MeetingState.PLANNED)
        .order_by(Meeting.starts_at)
    )
    return tuple(Gathering(*row) for row in rows)
