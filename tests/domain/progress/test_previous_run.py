"""Every cohort that runs beside the run before it, at the same point."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.clock import at_local
from peergang.curriculum.models import Edition
from peergang.progress.actions.snapshot import make_up_snapshot, take_snapshot
from peergang.progress.queries.overview import Overview, get_overview
from peergang.progress.queries.previous_run import list_running
from peergang.progress.rules.comparing import is_earlier_run
from peergang.progress.rules.filters import Filter
from peergang.progress.rules.moment import Moment
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.progress import attend, compile_now, hand_in, list_activities

pytestmark = pytest.mark.database

RUN = timedelta(days=365)
SINCE_DUE = timedelta(days=60)
"""So long after the moment of `make_cohort` its first reflection is due for some weeks."""


def shift(session: Session, cohort: Cohort, starts_on: date, days: int = 194) -> Cohort:
    cohort.starts_on, cohort.ends_on = starts_on, starts_on + timedelta(days=days)
    session.flush()
    return cohort


def previous_of(session: Session, at: Moment | datetime) -> dict[str, str | None]:
    return {one.name: one.previous_name for one in list_running(session, at)}


def see(session: Session, now: datetime, day: date | None = None) -> Overview:
    return get_overview(session, Filter(day=day), Moment(now, day))


def meet(session: Session, cohort: Cohort, at: datetime, number: int, *present: Enrolment | None) -> None:
    """A meeting at which None stands for a participant who stayed away."""
    meeting = make_meeting(session, cohort, at, number=number)
    for one in present:
        attend(session, meeting, one or make_participant(session, cohort), "present" if one else "absent")


def write(session: Session, edition: Edition, people: list[Enrolment], at: datetime) -> None:
    reflection = next(one for one in list_activities(session, edition) if one.kind == "reflection")
    for one in people:
        hand_in(session, one, reflection, at=at, text="Iets")


@pytest.mark.parametrize("apart", [7, 60])
def test_a_sister_of_the_same_season_is_no_previous_run(session: Session, now: datetime, apart: int) -> None:
    edition = make_edition(session)
    last_year = make_cohort(session, now - RUN, edition=edition, state="closed")
    first = make_cohort(session, now - timedelta(days=apart), edition=edition)
    second = make_cohort(session, now, edition=make_next_edition(session, edition))
    for one in (last_year, first, second):
        make_participant(session, one)
    assert previous_of(session, now) == {first.name: last_year.name, second.name: last_year.name}


@pytest.mark.parametrize(
    ("days_before", "length", "counts"),
    [(49, 48, True), (49, 49, False), (49, 300, False), (50, 300, True), (0, 300, False)],
)
def test_it_was_over_or_began_half_a_run_earlier(
    session: Session, now: datetime, days_before: int, length: int, counts: bool
) -> None:
    edition, today = make_edition(session), now.date()
    running = shift(session, make_cohort(session, now, edition=edition), today, days=100)
    long_ago = make_cohort(session, now - 2 * RUN, edition=edition, state="closed")
    other = make_cohort(session, now - RUN, edition=make_edition(session), state="closed")
    candidate = make_cohort(session, now, edition=edition, state="closed")
    shift(session, candidate, today - timedelta(days=days_before), length)
    assert is_earlier_run(candidate, running) == counts
    for one in (running, long_ago, other):
        make_participant(session, one)
    without = {running.name: long_ago.name}
    assert previous_of(session, now) == without, "nobody took part in it, or it was another programme"
    make_participant(session, candidate)
    assert previous_of(session, now) == ({running.name: candidate.name} if counts else without)
    candidate.state = "cancelled"
    session.flush()
    assert previous_of(session, now) == without


def test_attendance_and_what_came_in_time_at_the_same_point(session: Session, now: datetime) -> None:
    edition = make_edition(session)
    newer = make_next_edition(session, edition)
    then, start = now - RUN, now - SINCE_DUE
    before = make_cohort(session, then - SINCE_DUE, edition=edition)
    old = [make_participant(session, before) for _ in range(4)]
    write(session, edition, old[:1], then - timedelta(days=50))
    write(session, edition, old[1:2], then - timedelta(days=2))
    compile_now(session, then)
    take_snapshot(session, now=at_local(then.date() - timedelta(days=3), time(23, 30)))
    # What the previous run did later makes no difference.
    write(session, edition, old[2:], then + timedelta(days=9))
    compile_now(session, then + timedelta(days=40))
    take_snapshot(session, now=at_local(then.date() + timedelta(days=40), time(23, 30)))
    before.state, before.closed_at = "closed", now - timedelta(days=20)
    running = make_cohort(session, start, edition=newer)
    new = [make_participant(session, running) for _ in range(2)]
    write(session, newer, new[:1], now - timedelta(days=50))
    meet(session, running, now - timedelta(days=30), 1, *new)
    for number, days in ((1, 30), (2, 20)):
        meet(session, before, then - timedelta(days=days), number, old[0], None)
    compile_now(session, now)
    seen = see(session, now)
    (attendance,), (punctuality,) = seen.trend.against.parts, seen.punctuality.parts
    assert (attendance.now, attendance.before, attendance.previous) == (100, 50, (before.name,))
    assert (punctuality.now, punctuality.before) == (50, 25)
    assert (seen.trend.against.whole, seen.punctuality.whole) == (True, True)
    assert (seen.trend.going, seen.trend.before) == ([100, None], [50, 50])
    earlier = see(session, now, now.date() - timedelta(days=100))
    assert [(one.name, one.previous_name) for one in earlier.runs] == [(before.name, None)]
    assert (earlier.trend.against.parts, earlier.punctuality.parts) == ((), ())


def test_history_that_does_not_go_back_so_far_says_nothing(session: Session, now: datetime) -> None:
    edition = make_edition(session)
    then = now - RUN
    before = make_cohort(session, then - SINCE_DUE, edition=edition)
    old = make_participant(session, before)
    running = make_cohort(session, now - SINCE_DUE, edition=edition)
    make_participant(session, running)
    compile_now(session, then)
    take_snapshot(session, now=at_local(then.date() - timedelta(days=20), time(23, 30)))
    make_up_snapshot(session, then.date() - timedelta(days=5), now=then)
    before.state, before.closed_at = "closed", now - timedelta(days=20)
    compile_now(session, now)
    assert [(one.previous_name, one.due) for one in list_running(session, now)] == [(before.name, 0)]
    seen = see(session, now)
    assert (seen.now.punctuality, seen.punctuality.parts, seen.trend.against.parts) == (0, (), ())
    take_snapshot(session, now=at_local(then.date() - timedelta(days=13), time(23, 30)))
    old.state, old.withdrawn_at = "withdrawn", then - timedelta(days=1)
    session.flush()
    assert see(session, now).punctuality.parts == (), "who had stopped by then does not count"
