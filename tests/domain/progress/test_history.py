"""What is kept of the history: thinned after a quarter, made up for when the worker was away, and honest about the rest."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import CompletionOverride
from peergang.core.clock import at_local
from peergang.progress.actions.snapshot import keep_history, make_up_snapshot, take_snapshot
from peergang.progress.actions.thinning import thin_week
from peergang.progress.models import EnrolmentPeriod, ProgressSnapshot, SnapshotDay
from peergang.progress.queries.history import find_as_of, list_missed_days, list_thick_weeks
from peergang.progress.queries.participation import list_cells, list_shown_cohorts
from peergang.progress.rules.moment import Moment
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.progress import attend, compile_now, complete, list_activities

pytestmark = pytest.mark.database

TODAY = date(2026, 11, 17)


def evening(day: date) -> datetime:
    return at_local(day, time(23, 30))


def kept_days(session: Session) -> list[date]:
    return list(session.scalars(select(SnapshotDay.day).order_by(SnapshotDay.day)))


def thin(session: Session, today: date) -> int:
    return sum(thin_week(session, monday) for monday in list_thick_weeks(session, today))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.integers(60, 130), min_size=1, max_size=25, unique=True), st.sampled_from([0, 1, 3, 6]))
def test_of_old_weeks_the_last_day_stays_and_of_new_ones_all(
    session: Session, ago: list[int], later: int
) -> None:
    with session.begin_nested() as nested:
        make_participant(session, make_cohort(session, evening(TODAY - timedelta(days=200))))
        compile_now(session, evening(TODAY - timedelta(days=190)))
        days = sorted(TODAY - timedelta(days=number) for number in ago)
        for day in days:
            take_snapshot(session, now=evening(day))
        today = TODAY + timedelta(days=later)
        thin(session, today)
        expected = {
            day
            for day in days
            if (today - day).days <= 91
            or (day - timedelta(days=day.weekday())) >= _monday(today - timedelta(weeks=13))
            or day == max(one for one in days if one.isocalendar()[:2] == day.isocalendar()[:2])
        }
        assert kept_days(session) == sorted(expected)
        rows = set(session.scalars(select(ProgressSnapshot.day)))
        assert rows == expected
        assert thin(session, today) == 0, "a second run finds nothing to do"
        nested.rollback()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def test_who_ended_in_the_week_keeps_the_last_row(session: Session) -> None:
    monday = date(2026, 6, 1)
    ended, going = (make_cohort(session, evening(monday)) for _ in range(2))
    one, other = make_participant(session, ended), make_participant(session, going)
    compile_now(session, evening(monday))
    for number in range(7):
        if number == 2:
            ended.state = "closed"
            session.flush()
            compile_now(session, evening(monday + timedelta(days=1)))
        take_snapshot(session, now=evening(monday + timedelta(days=number)))
    thin(session, TODAY)
    last = dict(
        session.execute(
            select(ProgressSnapshot.enrolment_id, func.max(ProgressSnapshot.day)).group_by(
                ProgressSnapshot.enrolment_id
            )
        ).all()
    )
    assert session.scalar(select(func.count()).select_from(ProgressSnapshot)) == 2
    assert last[one.id] < last[other.id] == date(2026, 6, 7)


def test_a_missed_evening_is_made_up_for_from_dated_facts(session: Session, now: datetime) -> None:
    edition = make_edition(session)
    enrolment = make_participant(session, make_cohort(session, now - timedelta(days=30), edition=edition))
    activities = list_activities(session, edition)
    compile_now(session, now)
    take_snapshot(session, now=evening(date(2026, 11, 12)))
    complete(session, enrolment, activities[0], at=evening(date(2026, 11, 14)))
    complete(session, enrolment, activities[1], at=evening(date(2026, 11, 15)) + timedelta(minutes=29))
    complete(session, enrolment, activities[2], at=evening(date(2026, 11, 15)) + timedelta(minutes=31))
    compile_now(session, now)
    missed = list_missed_days(session, TODAY)
    assert missed == [date(2026, 11, number) for number in (13, 14, 15, 16)]
    for day in missed:
        make_up_snapshot(session, day, now=now)
    done = dict(session.execute(select(ProgressSnapshot.day, ProgressSnapshot.completed)).all())
    assert [done[date(2026, 11, number)] for number in (12, 13, 14, 15, 16)] == [0, 0, 1, 2, 3]
    assert list_missed_days(session, TODAY) == []
    found = find_as_of(session, Moment(now, date(2026, 11, 15)))
    assert found is not None
    assert (found.made_up, found.exact) == (True, True)
    assert make_up_snapshot(session, date(2026, 11, 12), now=now) == 0, "what was taken stays"


def test_a_morning_is_no_evening(session: Session, now: datetime) -> None:
    """The worker came back at nine, made up for last night, and was gone again before the evening."""
    edition = make_edition(session)
    cohort = make_cohort(session, now - timedelta(days=30), edition=edition)
    busy, judged = make_participant(session, cohort), make_participant(session, cohort)
    activities = list_activities(session, edition)
    day = date(2026, 11, 16)
    compile_now(session, at_local(day, time(9)))
    take_snapshot(session, now=evening(day - timedelta(days=1)))
    take_snapshot(session, now=at_local(day, time(9)))
    complete(session, busy, *activities[:3], at=at_local(day, time(15)))
    taken_back = CompletionOverride(
        enrolment_id=judged.id,
        activity_id=activities[0].id,
        reason="Gezien",
        made_at=at_local(day, time(8)),
        taken_back_at=now,
    )
    session.add(taken_back)
    compile_now(session, now)
    before = find_as_of(session, Moment(now, day))
    assert before is not None
    assert (before.whole, before.taken_at) == (False, at_local(day, time(9)))
    assert list_missed_days(session, TODAY) == [day]
    assert make_up_snapshot(session, day, now=now) == 1
    here = select(ProgressSnapshot).where(ProgressSnapshot.day == day)
    rows = {row.enrolment_id: row for row in session.scalars(here)}
    assert (rows[busy.id].completed, rows[busy.id].due) == (3, None)
    assert rows[judged.id].due is not None, "facts no longer say it: the morning is the nearest"
    found = find_as_of(session, Moment(now, day))
    assert found is not None
    assert (found.made_up, found.exact, found.whole) == (True, True, True)
    assert list_missed_days(session, TODAY) == []
    assert make_up_snapshot(session, day, now=now) == 0, "once is enough"


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2026, 3, 29), date(2026, 11, 16)])
def test_the_evening_begins_at_eleven_in_amsterdam(session: Session, now: datetime, day: date) -> None:
    make_participant(session, make_cohort(session, now - timedelta(days=300)))
    compile_now(session, now - timedelta(days=290))
    for at, missed in ((time(22, 59), [day]), (time(23), [])):
        take_snapshot(session, now=at_local(day, at))
        assert list_missed_days(session, day + timedelta(days=1)) == missed


def test_the_page_says_which_day_it_shows(session: Session, now: datetime) -> None:
    assert find_as_of(session, Moment(now)) is None
    assert find_as_of(session, Moment(now, TODAY)) is None, "today is the present"
    nothing = find_as_of(session, Moment(now, date(2026, 11, 1)))
    assert nothing is not None
    assert not nothing.known
    assert nothing.first_day is None
    make_participant(session, make_cohort(session, now - timedelta(days=30)))
    compile_now(session, now)
    take_snapshot(session, now=evening(date(2026, 11, 10)))
    before = find_as_of(session, Moment(now, date(2026, 11, 9)))
    assert before is not None
    assert (before.known, before.first_day) == (False, date(2026, 11, 10))
    after = find_as_of(session, Moment(now, date(2026, 11, 12)))
    assert after is not None
    assert (after.exact, after.progress_on) == (False, date(2026, 11, 10))
    cells = list_cells(session, Moment(now, date(2026, 11, 9)))
    assert [(cell.people, cell.required) for cell in cells] == [(1, 0)], "unknown is no nought of six"


def test_attendance_that_is_recorded_late_counts_for_the_day_of_the_meeting(
    session: Session, now: datetime
) -> None:
    cohort = make_cohort(session, now - timedelta(days=30))
    enrolment = make_participant(session, cohort)
    compile_now(session, now)
    day = date(2026, 11, 10)
    meeting = make_meeting(session, cohort, at_local(day, time(20)))
    take_snapshot(session, now=evening(day))

    def present(on: date) -> list[tuple[int, int]]:
        return [(cell.present, cell.recorded) for cell in list_cells(session, Moment(now, on))]

    assert present(day) == [(0, 0)]
    attend(session, meeting, enrolment)
    assert present(day) == [(1, 1)]
    assert present(day - timedelta(days=1)) == [(0, 0)]


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 10, 24), datetime(2026, 10, 24, 21, 59, 59, 999999, UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 22, 59, 59, 999999, UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 28, 22, 59, 59, 999999, UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 21, 59, 59, 999999, UTC)),
    ],
)
def test_a_day_ends_at_midnight_in_amsterdam(now: datetime, day: date, last: datetime) -> None:
    assert Moment(now, day).at == last


def test_a_cohort_has_the_state_of_the_day(session: Session, now: datetime) -> None:
    cohort = make_cohort(session, now - timedelta(days=40))
    make_participant(session, cohort, at=now - timedelta(days=60))
    cohort.opened_at, cohort.started_at = now - timedelta(days=50), now - timedelta(days=40)
    cohort.state, cohort.closed_at = "closed", now - timedelta(days=10)
    session.flush()

    def state(ago: int) -> list[str]:
        return [row.state for row in list_shown_cohorts(session, Moment(now, TODAY - timedelta(days=ago)))]

    assert [state(ago) for ago in (51, 45, 20, 5)] == [[], ["open"], ["running"], ["closed"]]
    cohort.state, cohort.closed_at, cohort.cancelled_at = "cancelled", None, now - timedelta(days=10)
    session.flush()
    assert [state(ago) for ago in (20, 5)] == [["running"], []]


def test_periods_are_written_by_the_database_itself(session: Session, now: datetime) -> None:
    enrolment = make_participant(session, make_cohort(session, now), state="invited")

    def periods() -> list[tuple[datetime, datetime | None]]:
        rows = session.execute(
            select(EnrolmentPeriod.began_at, EnrolmentPeriod.ended_at).order_by(EnrolmentPeriod.began_at)
        )
        return [tuple(row) for row in rows]

    assert periods() == []
    for state, name, at in (
        ("active", "activated_at", now),
        ("withdrawn", "withdrawn_at", now + timedelta(days=1)),
        ("active", "activated_at", now + timedelta(days=2)),
        ("completed", "completed_at", now + timedelta(days=3)),
    ):
        enrolment.state = state
        setattr(enrolment, name, at)
        session.flush()
    assert periods() == [(now, now + timedelta(days=1)), (now + timedelta(days=2), None)]


def test_the_nightly_job_can_stop_and_go_on(session: Session, now: datetime) -> None:
    make_participant(session, make_cohort(session, now - timedelta(days=200)))
    compile_now(session, now)
    for number in range(120, 113, -1):
        take_snapshot(session, now=evening(TODAY - timedelta(days=number)))
    take_snapshot(session, now=evening(TODAY - timedelta(days=3)))
    session.commit()
    bind = session.get_bind()
    assert isinstance(bind, Connection)
    keep_history(bind, now=evening(TODAY), keep_on=lambda: False)
    before = kept_days(session)
    assert TODAY in before
    assert TODAY - timedelta(days=2) not in before
    keep_history(bind, now=evening(TODAY))
    after = kept_days(session)
    assert TODAY - timedelta(days=2) in after
    assert [day for day in after if day < TODAY - timedelta(weeks=13)] == [TODAY - timedelta(days=114)]
    keep_history(bind, now=evening(TODAY))
    assert kept_days(session) == after
