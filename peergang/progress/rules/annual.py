"""The figures of an annual report, added up from the rows of a year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peergang.progress.rules.figures import percent
from peergang.progress.rules.waiting_days import Waiting, measure_waiting
from peergang.progress.rules.withheld import SMALLEST

HOUR = 60


@dataclass(frozen=True, slots=True)
class Schools:
    """The institutions that may be named with a figure, and the others together: none below five, also not by subtraction."""

    told: Sequence[Any]
    others: int
    others_people: int


@dataclass(frozen=True, slots=True)
class Loss:
    """One module of a programme over several cohorts: who was still there when it began, and who left during it."""

    sign: str
    slug: str
    code: str
    title: str
    title_en: str
    reached: int
    stopped: int

    @property
    def share(self) -> int | None:
        """Who left, in percents."""
        return percent(self.stopped, self.reached)


@dataclass(frozen=True, slots=True)
class CohortYear:
    """A cohort in the year: its row, its hours and how long its people waited for a reaction."""

    row: Any
    study_hours: int
    meeting_hours: int
    waiting: Waiting

    @property
    def finished(self) -> int | None:
        """Who completed it of who began, in percents; only for a cohort that ended in the year."""
        return percent(self.row.completed, self.row.started) if self.row.ended else None


@dataclass(frozen=True, slots=True)
class Annual:
    """A year of the network."""

    institutions: int
    people: int
    study_hours: int
    meeting_hours: int
    shared: int
    tried: int
    elsewhere: int
    waiting: Waiting
    started: int
    completed: int
    stopped: int
    schools: Schools
    cohorts: Sequence[CohortYear]
    modules: Sequence[Loss]
    examples: Sequence[Any]
    certificates: int | None

    @property
    def hours(self) -> int:
        """Hours of study and hours at meetings together."""
        return self.study_hours + self.meeting_hours

    @property
    def finished(self) -> int | None:
        """Who completed of who began, in the cohorts that ended in the year, in percents."""
        return percent(self.completed, self.started)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read for a year, as it came."""

    total: Any
    schools: Sequence[Any]
    cohorts: Sequence[Any]
    study: Sequence[Any]
    meetings: Sequence[Any]
    examples: Sequence[Any]
    feedback: Sequence[Any]
    modules: Sequence[Any]
    certificates: int | None


def add_up_year(read: Read, today: date) -> Annual:
    """All figures. `today` is the day up to which is counted: what may still be answered in time is left out."""
    study = {row.cohort_id: row.minutes for row in read.study}
    meetings = {row.cohort_id: row.minutes for row in read.meetings}
    ended = [row for row in read.cohorts if row.ended]
    return Annual(
        institutions=read.total.institutions,
        people=read.total.people,
        study_hours=_hours(study.values()),
        meeting_hours=_hours(meetings.values()),
        shared=sum(row.is_new for row in read.examples),
        tried=sum(row.tried for row in read.examples),
        elsewhere=sum(row.elsewhere for row in read.examples),
        waiting=measure_waiting(read.feedback, today),
        started=sum(row.started for row in ended),
        completed=sum(row.completed for row in ended),
        stopped=sum(row.stopped for row in read.modules),
        schools=hide_small(read.schools),
        cohorts=_by_cohort(read, study, meetings, today),
        modules=add_up_modules(read.modules),
        examples=read.examples,
        certificates=read.certificates,
    )


def _by_cohort(
    read: Read, study: Mapping[Any, int], meetings: Mapping[Any, int], today: date
) -> list[CohortYear]:
    waits: dict[Any, list[Any]] = {}
    for row in read.feedback:
        waits.setdefault(row.cohort_id, []).append(row)
    return [
        CohortYear(
            row,
            _hours([study.get(row.cohort_id, 0)]),
            _hours([meetings.get(row.cohort_id, 0)]),
            measure_waiting(waits.get(row.cohort_id, ()), today),
        )
        for row in read.cohorts
    ]


def _hours(minutes: Iterable[int]) -> int:
    return (sum(minutes) + HOUR // 2) // HOUR


def hide_small(rows: Sequence[Any]) -> Schools:
    """Put institutions with fewer than five people together. When that is one institution, or fewer than five people, the next
    smallest joins them, until nobody can be found by subtracting.
    """
    by_size = sorted(rows, key=lambda row: row.people)
    hidden = sum(row.people < SMALLEST for row in by_size)
    while 0 < hidden < len(by_size) and (
        hidden == 1 or sum(row.people for row in by_size[:hidden]) < SMALLEST
    ):
        hidden += 1
    together = by_size[:hidden]
    away = {row.institution_id for row in together}
    told = [row for row in rows if row.institution_id not in away]
    return Schools(told, len(together), sum(row.people for row in together))


def add_up_modules(rows: Sequence[Any]) -> list[Loss]:
    """The same module of several cohorts together, in the order of the rows; the words are those of the latest cohort."""
    found: dict[tuple[str, str], Loss] = {}
    for row in sorted(rows, key=lambda row: row.opens_at):
        key = (row.sign, row.slug)
        before = found.get(key)
        found[key] = Loss(
            row.sign,
            row.slug,
            row.code,
            row.title,
            row.title_en,
            row.reached + (before.reached if before else 0),
            row.stopped + (before.stopped if before else 0),
        )
    order = {(row.sign, row.slug): row.position for row in rows}
    return sorted(found.values(), key=lambda one: (one.sign != "peergang", order[one.sign, one.slug]))
