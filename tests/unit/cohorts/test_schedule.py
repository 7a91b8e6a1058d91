"""Dates that follow the meetings."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import given, strategies as st

from peergang.cohorts.rules import activity_due_at
from peergang.cohorts.rules.schedule import (
    PlannedMeeting,
    PlannedModule,
    activity_dates,
    at_times,
    module_dates,
    next_working_day,
    propose_days,
)
from peergang.core.clock import at_local, local, local_date
from peergang.core.free_days import free_days

START, END = date(2027, 2, 2), date(2027, 6, 25)
IDS = [UUID(int=number) for number in range(1, 7)]


def meeting(module, day, *, cancelled=False):
    begins, ends = at_times(day, time(13, 30), time(16, 30))
    return PlannedMeeting(IDS[module], begins, ends, cancelled)


def dated(days_after, *meetings, start=START, end=END, free=frozenset()):
    plans = [PlannedModule(IDS[index], days) for index, days in enumerate(days_after)]
    return [
        (local_date(one.opens_at), local(one.due_at))
        for one in module_dates(start, end, plans, meetings, free)
    ]


def test_the_first_opens_at_the_start_and_the_next_the_day_after():
    first, second = dated([0, 0], meeting(0, date(2027, 3, 2)), meeting(1, date(2027, 4, 6)))
    assert first[0] == START
    assert second[0] == date(2027, 3, 3)
    assert first[1] == local(at_local(date(2027, 3, 2), time(17)))


def test_a_module_is_due_as_long_after_its_meeting_as_the_content_says_but_before_the_next():
    (_, due), _ = dated([4, 4], meeting(0, date(2027, 3, 2)), meeting(1, date(2027, 4, 6)))
    assert due.date() == date(2027, 3, 8), "the Saturday becomes a Monday"
    (_, due), _ = dated([10, 0], meeting(0, date(2027, 3, 2)), meeting(1, date(2027, 3, 9)))
    assert due.date() == date(2027, 3, 8)


def test_an_evening_meeting_is_not_over_before_its_module_is_due():
    begins, ends = at_times(date(2027, 3, 2), time(19), time(21, 30))
    [(_, due)] = dated([0], PlannedMeeting(IDS[0], begins, ends))
    assert due == local(ends)


def test_modules_without_a_meeting_are_spread_evenly():
    dates = dated([0, 0, 0], end=date(2027, 3, 4))
    assert [due.date() for _, due in dates] == [date(2027, 2, 12), date(2027, 2, 22), date(2027, 3, 4)]
    dates = dated([0, 0, 0], meeting(0, date(2027, 2, 10)), meeting(2, date(2027, 2, 20)))
    assert dates[1][1].date() == date(2027, 2, 15)


def test_a_cancelled_meeting_holds_its_place_until_there_is_another():
    off = meeting(0, date(2027, 3, 2), cancelled=True)
    assert dated([0], off)[0][1].date() == date(2027, 3, 2)
    assert dated([0], off, meeting(0, date(2027, 2, 23)))[0][1].date() == date(2027, 2, 23)


days = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@given(
    days,
    days,
    st.lists(st.tuples(st.integers(0, 4), days), max_size=8),
    st.lists(st.integers(0, 20), min_size=1, max_size=5),
)
def test_whatever_is_planned_a_module_opens_before_it_is_due(start, end, planned, after):
    meetings = [meeting(module, day) for module, day in planned]
    for one in module_dates(start, end, [PlannedModule(IDS[i], a) for i, a in enumerate(after)], meetings):
        assert one.opens_at < one.due_at
        due = activity_dates(one, [(IDS[0], "read", 28), (IDS[1], "meeting", 4), (IDS[2], "reflection", 7)])
        assert all(one.opens_at < moment for moment in due.values() if moment != one.meeting_ends_at)


def test_in_a_short_module_everything_moves_up_in_proportion():
    [one] = module_dates(START, date(2027, 2, 16), [PlannedModule(IDS[0])], [])
    due = activity_dates(
        one, [(IDS[0], "read", 28), (IDS[1], "reflection", 14), (IDS[2], "practice_example", 0)]
    )
    assert [local_date(due[key]) for key in IDS[:3]] == [
        date(2027, 2, 5),
        date(2027, 2, 11),
        date(2027, 2, 16),
    ]


def test_a_week_earlier_is_the_same_hour_over_both_changes_of_the_clock():
    for monday, hours in ((date(2027, 3, 29), 167), (date(2027, 11, 1), 169)):
        due = at_local(monday, time(17))
        earlier = activity_due_at(due, 7)
        assert local(earlier).time() == time(17)
        assert due - earlier == timedelta(hours=hours)


def test_a_meeting_on_the_night_of_the_change_keeps_its_wall_time():
    begins, ends = at_times(date(2027, 3, 28), time(1, 0), time(4, 0))
    assert ends - begins == timedelta(hours=2)
    assert begins == datetime(2027, 3, 28, 0, tzinfo=UTC)


def test_proposals_fall_on_the_weekday_of_the_start_at_regular_intervals():
    found = propose_days(START, END, 5)
    assert [day.weekday() for day in found] == [1] * 5
    assert {(b - a).days for a, b in itertools.pairwise(found)} == {28}
    assert found[-1] <= END


def test_a_holiday_moves_a_week_on():
    kings_day = date(2027, 4, 27)
    assert kings_day in free_days([2027])
    found = propose_days(date(2027, 4, 6), date(2027, 5, 30), 2, free_days([2027]))
    assert kings_day not in propose_days(date(2027, 4, 6), date(2027, 4, 30), 1, free_days([2027]))
    assert len(set(found)) == 2


def test_a_period_too_short_still_gives_a_meeting_a_week():
    found = propose_days(START, START, 3)
    assert [(day - START).days for day in found] == [7, 14, 21]


AUTUMN = {"start": date(2026, 9, 1), "end": date(2027, 3, 1)}
CHRISTMAS = frozenset(date(2026, 12, 19) + timedelta(days=number) for number in range(16))


def test_nothing_is_due_at_christmas():
    monday, later = meeting(0, date(2026, 12, 21)), meeting(1, date(2027, 2, 2))
    first, second = dated([4, 0], monday, later, free=free_days([2026, 2027]), **AUTUMN)
    assert first[1].date() == date(2026, 12, 28), "after Christmas and the weekend"
    assert second[0] == date(2026, 12, 22), "the next module opens as it did"
    first, _ = dated([4, 0], monday, later, free=CHRISTMAS, **AUTUMN)
    assert first[1].date() == date(2027, 1, 4)


def test_a_due_date_never_moves_onto_or_past_the_next_meeting():
    close = meeting(1, date(2026, 12, 28))
    first, _ = dated([4, 0], meeting(0, date(2026, 12, 21)), close, free=CHRISTMAS, **AUTUMN)
    assert first[1].date() == date(2026, 12, 25), "no room, so it stays and is shown as a clash"


def test_what_prepares_for_a_meeting_stays_before_it():
    friday, monday, before = date(2027, 3, 12), date(2027, 3, 8), date(2027, 3, 5)
    for meets_on, expected in ((date(2027, 3, 9), monday), (monday, before)):
        plan = PlannedModule(IDS[0], (friday - meets_on).days)
        [one] = module_dates(START, END, [plan], [meeting(0, meets_on)])
        due = activity_dates(one, [(IDS[0], "read", 6), (IDS[1], "reflection", 0)])
        assert local_date(due[IDS[0]]) == expected
        assert local_date(due[IDS[1]]) == friday


def test_a_meeting_right_after_the_holiday_asks_for_nothing_in_it():
    """What the proposal made of a cohort that began on 23 November: a reflection due on Christmas Day."""
    plan = PlannedModule(IDS[0], 4)
    [one] = module_dates(
        date(2026, 11, 23), date(2027, 6, 22), [plan], [meeting(0, date(2027, 1, 4))], CHRISTMAS
    )
    due = activity_dates(
        one, [(IDS[n], "read", days) for n, days in enumerate((28, 20, 14, 10, 6))], CHRISTMAS
    )
    friday = date(2026, 12, 18)
    assert [local_date(due[IDS[n]]) for n in range(5)] == [date(2026, 12, 11), *[friday] * 4]


def test_what_opens_in_a_holiday_is_due_where_it_was():
    """There is no working day to go back to, and nothing is due before its module opens."""
    [one] = module_dates(
        date(2026, 12, 19), END, [PlannedModule(IDS[0])], [meeting(0, date(2027, 1, 4))], CHRISTMAS
    )
    due = activity_dates(one, [(IDS[0], "read", 10)], CHRISTMAS)
    assert local_date(due[IDS[0]]) == date(2026, 12, 25)


@given(days, st.integers(0, 30), st.frozensets(days, max_size=5))
def test_the_next_working_day_is_the_first_there_is(day, room, free):
    limit = day + timedelta(days=room)
    found = next_working_day(day, limit, free)
    between = [day + timedelta(days=number) for number in range(room + 1)]
    working = [one for one in between if one.weekday() < 5 and one not in free]
    assert found == (working[0] if working else day)


@given(
    st.lists(st.integers(1, 40), min_size=2, max_size=5),
    st.lists(st.integers(0, 20), min_size=5, max_size=5),
    st.frozensets(st.dates(START, date(2027, 12, 31)), max_size=120),
)
def test_with_free_days_order_and_limits_hold(gaps, after, free):
    on = [START + timedelta(days=sum(gaps[: index + 1])) for index in range(len(gaps))]
    meetings = [meeting(index, day) for index, day in enumerate(on)]
    plans = [PlannedModule(IDS[index], after[index]) for index in range(len(on))]
    dates = module_dates(START, END, plans, meetings, free)
    plain = module_dates(START, END, plans, meetings)
    assert [one.opens_at for one in dates] == [one.opens_at for one in plain]
    for index, one in enumerate(dates):
        due_on = local_date(one.due_at)
        assert one.opens_at < one.due_at
        if index + 1 < len(on):
            assert due_on < on[index + 1] or due_on == on[index]
        due = activity_dates(one, [(IDS[number], "read", number * 5) for number in range(6)], free)
        moments = [due[key] for key in reversed(IDS)]
        assert moments == sorted(moments), "what came first still does"
        assert all(one.opens_at < moment <= one.due_at for moment in moments)
