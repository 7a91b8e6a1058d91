"""Free days, moving an earlier cohort, and dates that stay where they are pinned."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from peergang.cohorts.rules.copying import (
    move_days,
    move_moment,
    propose_name,
    propose_start,
    weeks_between,
)
from peergang.cohorts.rules.free import (
    Clash,
    Period,
    find_clashes,
    free_days_between,
    next_year,
    school_year,
)
from peergang.cohorts.rules.schedule import (
    Pin,
    PlannedMeeting,
    PlannedModule,
    activity_dates,
    at_times,
    keep_pinned,
    keep_pinned_activity,
    module_dates,
)
from peergang.core.clock import local, local_date, start_of_day
from peergang.core.free_days import name_holidays

CHRISTMAS = Period("Kerstvakantie", "", date(2026, 12, 19), date(2027, 1, 3))
SPRING = {
    region: Period("Voorjaarsvakantie", region, first, first + timedelta(days=8))
    for region, first in (
        ("noord", date(2027, 2, 20)),
        ("midden", date(2027, 2, 20)),
        ("zuid", date(2027, 2, 13)),
    )
}


def test_a_clash_names_the_holiday_and_the_regions():
    assert find_clashes(date(2026, 12, 25), [CHRISTMAS]) == [
        Clash("Eerste kerstdag", is_public=True),
        Clash("Kerstvakantie"),
    ]
    assert find_clashes(date(2026, 12, 25), [], "en")[0].name == "Christmas Day"
    found = find_clashes(date(2027, 2, 20), list(SPRING.values()))
    assert found == [Clash("Voorjaarsvakantie")], "in every region is everywhere"
    found = find_clashes(date(2027, 2, 24), [SPRING["midden"], SPRING["noord"]])
    assert found == [Clash("Voorjaarsvakantie", ("noord", "midden"))]
    assert find_clashes(date(2027, 3, 3), [CHRISTMAS, *SPRING.values()]) == []


def test_only_the_chosen_regions_are_skipped():
    periods = [SPRING["zuid"], SPRING["noord"]]
    days = free_days_between(date(2027, 2, 1), date(2027, 3, 1), periods, ("zuid",))
    assert date(2027, 2, 16) in days
    assert date(2027, 2, 23) not in days
    assert set(name_holidays(2027)) <= days


@pytest.mark.parametrize(
    ("day", "year"), [(date(2026, 8, 1), 2026), (date(2027, 7, 31), 2026), (date(2027, 1, 3), 2026)]
)
def test_a_school_year_runs_from_august(day, year):
    assert school_year(day) == year


def test_next_year_keeps_the_weekday():
    found = next_year(CHRISTMAS)
    assert (found.starts_on.weekday(), found.starts_on) == (CHRISTMAS.starts_on.weekday(), date(2027, 12, 18))


FREE = free_days_between(date(2026, 1, 1), date(2028, 12, 31), [CHRISTMAS])


@pytest.mark.parametrize(
    ("old", "weeks", "expected", "skipped"),
    [
        # A Friday cohort: Good Friday of 2027 is passed over.
        ([date(2026, 3, 27)], 52, [date(2027, 4, 2)], 1),
        # Christmas takes two weeks, and the meeting after it makes room.
        (
            [date(2026, 6, 23), date(2026, 6, 30), date(2026, 7, 14)],
            26,
            [date(2027, 1, 5), date(2027, 1, 12), date(2027, 1, 19)],
            3,
        ),
        # Two on one day stay together.
        ([date(2026, 3, 3), date(2026, 3, 3)], 1, [date(2026, 3, 10), date(2026, 3, 10)], 0),
        ([], 10, [], 0),
    ],
)
def test_meetings_move_by_whole_weeks_and_round_free_days(old, weeks, expected, skipped):
    found = move_days(old, weeks, FREE)
    assert [one.day for one in found] == expected
    assert sum(len(one.skipped) for one in found) == skipped


@given(
    st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=12).map(sorted),
    st.integers(1, 60),
)
def test_moving_keeps_weekdays_and_order_and_avoids_free_days(old, weeks):
    found = [one.day for one in move_days(old, weeks, FREE)]
    assert [day.weekday() for day in found] == [day.weekday() for day in old]
    assert not set(found) & FREE
    for index in range(1, len(old)):
        assert (found[index] > found[index - 1]) or old[index] == old[index - 1]
        assert found[index] >= found[index - 1]


@pytest.mark.parametrize(
    ("old", "new", "weeks"),
    [
        (date(2026, 2, 3), date(2026, 2, 3), 0),
        (date(2026, 2, 3), date(2026, 2, 4), 1),
        (date(2026, 2, 3), date(2026, 2, 10), 1),
        (date(2026, 2, 3), date(2025, 2, 4), -52),
    ],
)
def test_nothing_comes_before_the_new_first_day(old, new, weeks):
    assert weeks_between(old, new) == weeks
    assert old + weeks * timedelta(weeks=1) >= new


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 3, 29), date(2027, 10, 31), date(2027, 11, 1)])
def test_a_moved_meeting_keeps_its_time_on_the_wall_clock(day):
    for old in (datetime(2027, 1, 12, 12, 30, tzinfo=UTC), datetime(2027, 7, 13, 11, 30, tzinfo=UTC)):
        assert local(old).time() == time(13, 30)
        assert local(move_moment(old, day)).replace(tzinfo=None) == datetime.combine(day, time(13, 30))


def test_proposals_for_a_copy():
    start = propose_start(date(2026, 2, 3), date(2026, 11, 22))
    assert (start, start.weekday()) == (date(2027, 2, 2), date(2026, 2, 3).weekday())
    name = "Peergang voorjaar 2026, groep Zuid"
    assert propose_name(name, date(2026, 2, 3), date(2027, 2, 2)) == "Peergang voorjaar 2027, groep Zuid"
    assert propose_name("Najaar 2026", date(2026, 9, 1), date(2027, 3, 2)) == "Voorjaar 2027"
    assert propose_name("Kopgroep", date(2026, 9, 1), date(2027, 3, 2)) == "Kopgroep"


IDS = [UUID(int=number) for number in range(1, 5)]
START, END = date(2027, 2, 2), date(2027, 12, 17)
PLANS = [PlannedModule(one, 4) for one in IDS]
KINDS = [
    (UUID(int=100 + days), kind, days)
    for days, kind in ((0, "reflection"), (7, "peer_feedback"), (21, "read"))
]


def planned(days, cancelled=()):
    found = []
    for index, day in enumerate(days):
        begins, ends = at_times(day, time(13, 30), time(16, 30))
        found.append(PlannedMeeting(IDS[index], begins, ends, index in cancelled))
    return found


DAYS = st.dates(START, END)
STEP = st.one_of(
    st.tuples(st.just("move"), st.integers(0, 3), DAYS),
    st.tuples(st.just("cancel"), st.integers(0, 3), DAYS),
    st.tuples(st.just("pin_module"), st.integers(0, 3), DAYS),
    st.tuples(st.just("unpin_module"), st.integers(0, 3), DAYS),
    st.tuples(st.just("pin_activity"), st.integers(0, 3), DAYS),
    st.tuples(st.just("unpin_activity"), st.integers(0, 3), DAYS),
)


@given(st.lists(STEP, max_size=12))
def test_any_row_of_changes_keeps_openings_before_dues_order_and_pins(steps):
    days = [date(2027, 3, 9), date(2027, 4, 13), date(2027, 6, 8), date(2027, 11, 2)]
    cancelled, modules, activities = set(), {}, {}
    for verb, index, day in steps:
        if verb == "move":
            days[index] = day
            cancelled.discard(index)
        elif verb == "cancel":
            cancelled.add(index)
        elif verb == "pin_module":
            modules[IDS[index]] = Pin(at_times(day, time(9), time(17))[1], start_of_day(day - timedelta(5)))
        elif verb == "unpin_module":
            modules.pop(IDS[index], None)
        elif verb == "pin_activity":
            activities[index] = at_times(day, time(9), time(17))[1]
        else:
            activities.pop(index, None)
        check(planned(days, cancelled), modules, activities)


def check(meetings, modules, activities):
    dates = keep_pinned(module_dates(START, END, PLANS, meetings), modules, meetings)
    assert [one.module_id for one in dates] == IDS
    for index, one in enumerate(dates):
        assert one.opens_at < one.due_at
        if one.module_id in modules:
            assert (one.opens_at, one.due_at) == (
                modules[one.module_id].opens_at,
                modules[one.module_id].due_at,
            )
        for due_at in activity_dates(one, KINDS).values():
            assert one.opens_at < due_at <= one.due_at
            assert local(due_at).time() in (time(17), local(one.due_at).time())
        if index in activities:
            opens_at, due_at = keep_pinned_activity(one, activities[index])
            assert due_at == activities[index], "a pinned date stays"
            assert opens_at < due_at
    days = [local_date(one.ends_at) for one in meetings]
    if days == sorted(set(days)) and not modules:
        due = [one.due_at for one in dates]
        assert due == sorted(due)
