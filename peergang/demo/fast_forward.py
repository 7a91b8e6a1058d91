"""Living through the coming weeks: people go on as they are, the platform does its work, and the clock moves along."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Cohort, Enrolment, Meeting
from peergang.cohorts.rules import CohortState, EnrolmentRole, MeetingState
from peergang.core import clock
from peergang.core.clock import local_date, start_of_day
from peergang.core.config import Settings
from peergang.core.db import transaction
from peergang.core.mail import Transport
from peergang.demo.days import World, live
from peergang.demo.memory import find_memory
from peergang.demo.upkeep import BouncingTransport, compile_waiting
from peergang.notifications.models import Notice
from peergang.progress.models import EnrolmentProgress

LONGEST = 104
"""Weeks; after that every cohort of the demo has ended long ago."""


class CannotMove(Exception):
    """Time cannot be moved here; the message says why and what to do."""


@dataclass(slots=True)
class Week:
    """What happened in one week, up to and including `last`."""

    first: date
    last: date
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    meetings: int = 0
    present: int = 0
    expected: int = 0
    sent: dict[str, int] = field(default_factory=dict)
    unsent: int = 0
    progress: dict[str, int] = field(default_factory=dict)


def fast_forward(
    engine: Engine,
    settings: Settings,
    transport: Transport,
    say: Callable[[str], None],
    *,
    weeks: int,
) -> list[Week]:
    """Live `weeks` weeks further from the present moment of the demo's clock, and tell each week what happened.

    Raises:
        CannotMove: there is no movable clock, or the demo was never filled here.
    """
    if settings.clock_file is None:
        raise CannotMove(
            "Only a demo's clock can be moved: PEERGANG_ENV must be demo and PEERGANG_CLOCK_FILE must name a file,"
            " as `peergang up` does. Nothing was changed."
        )
    with transaction(engine) as session:
        memory = find_memory(session)
    if memory is None or not memory.filled:
        raise CannotMove("There is no demo in this database; run `peergang demo fill` first.")
    started = clock.now()
    end = started + timedelta(weeks=weeks)
    world = World(
        engine, settings, BouncingTransport(transport), local_date(memory.anchor), set_clock=_move_clock
    )
    told: list[Week] = []
    week = Week(local_date(started), local_date(started))
    for day in live(world, end):
        if day < local_date(started):
            continue
        week.last = day
        if day.weekday() == 6 or day >= local_date(end):
            told.append(_close(world, week))
            say(describe(told[-1]))
            week = Week(day + timedelta(days=1), day + timedelta(days=1))
    _move_clock(end)
    return told


def _move_clock(moment: datetime) -> None:
    """Put the demo's clock forward to `moment`; it never goes back."""
    ahead = moment - clock.now()
    if ahead > timedelta():
        clock.advance(ahead)


def _close(world: World, week: Week) -> Week:
    week.done, week.refused = Counter(world.happened.done), Counter(world.happened.refused)
    world.happened.clear()
    begin, end = start_of_day(week.first), start_of_day(week.last + timedelta(days=1))
    with transaction(world.engine) as session:
        compile_waiting(session, clock.now())
        _count_meetings(session, week, begin, end)
        _count_notices(session, week, begin, end)
        week.progress = read_progress(session)
    return week


def _count_meetings(session: Session, week: Week, begin: datetime, end: datetime) -> None:
    rows = session.execute(
        select(
            Meeting.id,
            func.count(Attendance.enrolment_id),
            func.count().filter(Attendance.state == "present"),
        )
        .outerjoin(Attendance, Attendance.meeting_id == Meeting.id)
        .where(Meeting.ends_at >= begin, Meeting.ends_at < end, Meeting.state == MeetingState.PLANNED)
        .group_by(Meeting.id)
    ).all()
    week.meetings = len(rows)
    week.expected = sum(row[1] for row in rows)
    week.present = sum(row[2] for row in rows)


def _count_notices(session: Session, week: Week, begin: datetime, end: datetime) -> None:
    rows = session.execute(
        select(Notice.rule, Notice.state, func.count())
        .where(Notice.finished_at >= begin, Notice.finished_at < end)
        .group_by(Notice.rule, Notice.state)
        .order_by(Notice.rule)
    ).all()
    week.sent = {rule: number for rule, state, number in rows if state == "sent"}
    week.unsent = sum(number for _, state, number in rows if state != "sent")


def read_progress(session: Session) -> dict[str, int]:
    """The progress of each running cohort in percent, by name."""
    rows = session.execute(
        select(Cohort.name, func.sum(EnrolmentProgress.completed), func.sum(EnrolmentProgress.required))
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .join(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
        .where(Cohort.state == CohortState.RUNNING, Enrolment.role == EnrolmentRole.PARTICIPANT)
        .group_by(Cohort.name)
        .order_by(Cohort.name)
    )
    return {name: round(100 * completed / required) for name, completed, required in rows if required}


def describe(week: Week) -> str:
    """A week in a few lines."""
    done = week.done
    number = week.first.isocalendar().week
    lines = [f"Week {number}, {week.first:%-d %B} to {week.last:%-d %B %Y}"]
    if week.meetings:
        lines.append(f"  {_many(week.meetings, 'meeting')}: {week.present} of {week.expected} present")
    lines.append(
        f"  {_many(done['submit'], 'reflection')} submitted, {done['give']} times feedback,"
        f" {_many(done['decide'], 'review')}, {_many(done['publish'], 'example')} shared,"
        f" {_many(done['converse'], 'conversation')} held"
    )
    mail = ", ".join(f"{rule} {number}" for rule, number in week.sent.items()) or "none"
    left = f" ({week.unsent} no longer needed or not deliverable)" if week.unsent else ""
    lines.append(f"  Mail: {mail}{left}")
    lines += [f"  Progress: {name} {percent} %" for name, percent in week.progress.items()]
    return "\n".join(lines)


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
