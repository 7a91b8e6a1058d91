"""Counting by hand, for every participant by itself and then together."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from tests.domain.progress.recount.loading import Facts

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TAKES_PART = ("active", "completed")
"""Who was invited or waits does not take part yet, and who withdrew does not any more."""

SHOWN = ("open", "running", "closed")
"""Cohorts with figures: a planned one has nobody yet, a cancelled one nobody any more."""

OF_OTHERS = ("override", "review", "nobody_to_read")
"""Facts with a day on which somebody else did something."""

Progress = tuple[int, int, datetime | None]


@dataclass
class Person:
    """What is counted of one participant in one cohort."""

    enrolment_id: UUID
    cohort_id: UUID
    institution_id: UUID
    completed: int
    required: int
    present: int = 0
    recorded: int = 0
    last_present: int = 0
    last_recorded: int = 0
    due: int = 0
    handed_in: int = 0
    on_time: int = 0
    last_active: datetime | None = None


SUMS = (
    *("present", "recorded", "last_present", "last_recorded", "completed", "required"),
    *("on_time", "handed_in", "due"),
)


def count_progress(facts: Facts) -> dict[object, tuple[object, ...]]:
    """Invariant 1: distinct required activities of the edition of the cohort, and when something was last completed.

    An activity keeps its name (and kind) through the editions of a programme; what was done of an earlier one counts.
    """
    found: dict[object, tuple[object, ...]] = {}
    for enrolment in facts.enrolments:
        if enrolment.role != "participant" or enrolment.state not in TAKES_PART:
            continue
        cohort = _by_id(facts.cohorts, enrolment.cohort_id)
        required = {
            _identity(facts, one)
            for one in facts.activities
            if one.edition_id == cohort.edition_id and one.required
        }
        mine = [one for one in facts.completions if one.enrolment_id == enrolment.id]
        done = {_identity(facts, _by_id(facts.activities, one.activity_id)) for one in mine}
        own = (one.completed_at for one in mine if one.evidence_kind not in OF_OTHERS)
        last = max(own, default=None)
        found[enrolment.id] = (len(required), len(required & done), last)
    return found


def count_people(facts: Facts, now: datetime) -> list[Person]:
    """Everybody with figures, counted one by one."""
    progress = count_progress(facts)
    people = []
    for enrolment in facts.enrolments:
        cohort = _by_id(facts.cohorts, enrolment.cohort_id)
        if enrolment.id not in progress or cohort.state not in SHOWN:
            continue
        required, completed, last = progress[enrolment.id]
        place = place_on(facts, enrolment, counting_day(cohort, enrolment, now))
        person = Person(enrolment.id, cohort.id, place, completed, required)  # type: ignore[arg-type]
        moments: list[datetime] = [last] if isinstance(last, datetime) else []
        moments += _count_meetings(facts, person, now)
        moments += _count_work(facts, person, now)
        moments += [one.read_at for one in facts.readings if one.enrolment_id == enrolment.id]
        person.last_active = max(moments, default=None)
        people.append(person)
    return people


def add_up(people: list[Person]) -> dict[tuple[UUID, UUID], dict[str, Any]]:
    """The cells: by institution and cohort."""
    cells: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    for one in people:
        empty = dict.fromkeys(("people", *SUMS), 0) | {"last_active": None}
        cell = cells.setdefault((one.institution_id, one.cohort_id), empty)
        cell["people"] += 1
        for name in SUMS:
            cell[name] += getattr(one, name)
        if one.last_active and (cell["last_active"] is None or one.last_active > cell["last_active"]):
            cell["last_active"] = one.last_active
    return cells


def counting_day(cohort: Any, enrolment: Any, now: datetime) -> date:
    """Invariant 9: today, or the last day of the enrolment or the cohort when that is over."""
    days = [_day(now), cohort.ends_on]
    days += [_day(one) for one in (enrolment.completed_at, enrolment.withdrawn_at) if one is not None]
    return min(days)


def place_on(facts: Facts, enrolment: Any, day: date) -> UUID:
    """Where somebody belonged on a day: the last period that had begun; before all of them the first."""
    mine = [
        one
        for one in facts.affiliations
        if one.user_id == enrolment.user_id and (one.valid_until is None or one.valid_until > one.valid_from)
    ]
    mine.sort(key=lambda one: one.valid_from)
    begun = [one for one in mine if one.valid_from <= day]
    if begun:
        return begun[-1].institution_id  # type: ignore[no-any-return]
    if mine:
        return mine[0].institution_id  # type: ignore[no-any-return]
    return _by_id(facts.affiliations, enrolment.affiliation_id).institution_id  # type: ignore[no-any-return]


def _count_meetings(facts: Facts, person: Person, now: datetime) -> list[datetime]:
    """A meeting counts once it is over and somebody wrote down who was there. Gives when this person was."""
    held = [
        one
        for one in facts.meetings
        if one.cohort_id == person.cohort_id
        and one.state != "cancelled"
        and one.ends_at <= now
        and any(row.meeting_id == one.id for row in facts.attendances)
    ]
    held.sort(key=lambda one: (one.starts_at, one.number))
    seen = []
    for row in facts.attendances:
        meeting = next((one for one in held if one.id == row.meeting_id), None)
        if row.enrolment_id != person.enrolment_id or meeting is None:
            continue
        is_last, was_there = meeting is held[-1], row.state == "present"
        person.recorded += 1
        person.present += was_there
        person.last_recorded += is_last
        person.last_present += is_last and was_there
        if was_there:
            seen.append(meeting.starts_at)
    return seen


def _count_work(facts: Facts, person: Person, now: datetime) -> list[datetime]:
    """Required reflections whose date has come, which is later for who got more time; nothing of before this person joined. The
    first version decides whether it was in time; what was withdrawn was not handed in. Gives when this person wrote.
    """
    due = {}
    joined = _by_id(facts.enrolments, person.enrolment_id).activated_at
    for one in facts.dates:
        activity = _by_id(facts.activities, one.activity_id)
        if one.cohort_id != person.cohort_id or activity.kind != "reflection" or not activity.required:
            continue
        moment = one.due_at
        for more in facts.extensions:
            mine = more.enrolment_id == person.enrolment_id and more.activity_id == one.activity_id
            if mine and more.revoked_at is None and more.due_at > moment:
                moment = more.due_at
        if moment <= now and (joined is None or moment >= joined):
            due[one.activity_id] = moment
    person.due = len(due)
    wrote = []
    for reflection in facts.reflections:
        if reflection.enrolment_id != person.enrolment_id:
            continue
        first = [
            one.submitted_at
            for one in facts.versions
            if one.reflection_id == reflection.id and one.number == 1
        ]
        wrote += [*first, *([reflection.draft_saved_at] if reflection.draft_saved_at else [])]
        if reflection.activity_id in due and reflection.state != "withdrawn" and first:
            person.handed_in += 1
            person.on_time += first[0] <= due[reflection.activity_id]
    return wrote


def _identity(facts: Facts, activity: Any) -> tuple[object, str, str]:
    return (_by_id(facts.editions, activity.edition_id).programme_id, activity.slug, activity.kind)


def _by_id(table: list[Any], wanted: object) -> Any:
    return next(row for row in table if row.id == wanted)


def _day(moment: datetime) -> date:
    return moment.astimezone(AMSTERDAM).date()
