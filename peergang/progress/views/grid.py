"""What the grid of a cohort shows: modules, or the activities of one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, Rows
from peergang.identity.rules import full_name
from peergang.progress.queries.grid import get_by_module, get_cohort_head, list_grid_modules
from peergang.progress.queries.grid_cells import list_facts, list_grid_activities, list_members
from peergang.progress.queries.people import list_participants
from peergang.progress.queries.risks import list_risks_of_people
from peergang.progress.rules.grid import GridLine, build_activity_grid, build_grid, silences_in
from peergang.progress.rules.grid_view import GridView, keep, read_view


@dataclass(frozen=True, slots=True)
class Column:
    """A module or an activity above its cells. `anchor` is where it stands in somebody's story."""

    code: str
    title: str
    title_en: str
    due_at: datetime
    anchor: str
    url: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One participant, with the address of their story and the rules that see a risk."""

    line: GridLine
    name: str
    url: str
    risks: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Grid:
    """Everything the page shows. `everybody` are the lines before the filters, for the sentences above the grid."""

    head: AnyRow
    view: GridView
    people: Rows
    modules: Rows
    activities: Rows
    columns: Sequence[Column]
    everybody: Sequence[GridLine]
    lines: Sequence[Line]
    groups: Sequence[tuple[UUID, str]]
    marked: int


def read_grid(session: Session, cohort_id: UUID, now: datetime) -> Grid:
    """The grid that the address asks for, in a constant number of statements."""
    head = get_cohort_head(session, cohort_id)
    modules = list_grid_modules(session, cohort_id)
    people = list_participants(session, cohort_id, now)
    members, groups = list_members(session, cohort_id)
    view = read_view(request.args, [one.code for one in modules], [group_id for group_id, _ in groups])
    chosen = next((one for one in modules if one.code == view.module), None)
    activities = list_grid_activities(session, cohort_id, chosen.module_id) if chosen else []
    signals = list_risks_of_people(session, cohort_ids=[cohort_id])
    silences = silences_in(signals)
    everybody = (
        build_activity_grid(
            people, activities, list_facts(session, cohort_id, chosen.module_id), now, silences
        )
        if chosen
        else _by_module(session, cohort_id, people, modules, silences, now)
    )
    risks: dict[UUID, list[Any]] = {}
    for one in signals:
        risks.setdefault(one.enrolment_id, []).append(one)
    lines = keep(everybody, view, marked=risks.keys(), members=members)
    return Grid(
        head,
        view,
        people,
        modules,
        activities,
        _activity_columns(activities) if chosen else _module_columns(cohort_id, modules, view),
        everybody,
        [_line(cohort_id, line, risks) for line in lines],
        groups,
        len(risks),
    )


def _by_module(
    session: Session,
    cohort_id: UUID,
    people: Rows,
    modules: Rows,
    silences: Mapping[UUID, Any],
    now: datetime,
) -> list[GridLine]:
    known = get_by_module(session, cohort_id, now)
    return build_grid(people, modules, known.done, known.waiting, now, known.more_time, silences)


def _module_columns(cohort_id: UUID, modules: Rows, view: GridView) -> list[Column]:
    return [
        Column(
            one.code,
            one.title,
            one.title_en,
            one.due_at,
            f"module-{one.code}",
            url_for("progress.cohort", cohort_id=cohort_id, **view.args(module=one.code)),
        )
        for one in modules
    ]


def _activity_columns(activities: Rows) -> list[Column]:
    return [
        Column(
            "", one.title, one.title_en, one.due_at, f"activiteit-{one.slug}", "", optional=not one.required
        )
        for one in activities
    ]


def _line(cohort_id: UUID, line: GridLine, risks: dict[UUID, list[Any]]) -> Line:
    person = line.person
    return Line(
        line,
        full_name(person.given_name, person.name_particle, person.family_name),
        url_for("progress.story", cohort_id=cohort_id, enrolment_id=person.enrolment_id),
        risks.get(person.enrolment_id, ()),
    )
