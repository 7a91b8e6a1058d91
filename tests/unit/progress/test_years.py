"""Years, waiting in working days, small institutions, and what a difference is worth."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from peergang.progress.rules.annual import hide_small
from peergang.progress.rules.comparing import (
    Compared,
    Difference,
    Verdict,
    largest,
    pick_weeks,
    weeks_of,
)
from peergang.progress.rules.waiting_days import count_working_days, measure_waiting
from peergang.progress.rules.withheld import SMALLEST
from peergang.progress.rules.years import Kind, Year, list_years

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "since", "last"),
    [
        ({}, date(2026, 8, 1), date(2026, 11, 17)),
        ({"periode": "schooljaar-2025"}, date(2025, 8, 1), date(2026, 7, 31)),
        ({"periode": "kalenderjaar-2025"}, date(2025, 1, 1), date(2025, 12, 31)),
        ({"op": "2026-03-01"}, date(2025, 8, 1), date(2026, 3, 1)),
        ({"periode": "kalenderjaar-2026", "op": "1-3-2026"}, date(2026, 1, 1), date(2026, 3, 1)),
        ({"periode": "schooljaar-2027"}, date(2026, 8, 1), date(2026, 11, 17)),
        ({"periode": "schooljaar-٢٠٢٥"}, date(2026, 8, 1), date(2026, 11, 17)),
    ],
)
def test_which_days_count(values: dict[str, str], since: date, last: date) -> None:
    year = Year.parse(values, NOW)
    assert (year.since, year.last) == (since, last)
    assert year.moment <= NOW


@given(st.dictionaries(st.sampled_from(["periode", "op", "programma"]), st.text(max_size=20)))
def test_every_address_is_a_year(values: dict[str, str]) -> None:
    year = Year.parse(values, NOW)
    assert year.since <= year.last < year.end
    again = Year.parse(dict(part.split("=") for part in year.query().split("&")), NOW)
    assert (again.kind, again.year, again.asked) == (year.kind, year.year, year.asked)


def test_today_is_not_the_past_and_a_year_ends_at_midnight() -> None:
    assert Year.parse({"op": "2026-11-17"}, NOW).asked is None
    old = Year.parse({"periode": "schooljaar-2025"}, NOW)
    assert old.is_over
    assert old.moment == datetime(2026, 7, 31, 22, 0, tzinfo=UTC)
    assert not Year.parse({"periode": "schooljaar-2025", "op": "2026-07-30"}, NOW).is_over


def test_years_to_choose_from() -> None:
    assert list_years(Kind.SCHOOL, date(2024, 9, 1), NOW.date()) == [2026, 2025, 2024]
    assert list_years(Kind.CALENDAR, None, NOW.date()) == [2026]
    assert list_years(Kind.SCHOOL, date(2031, 1, 1), NOW.date()) == [2026]


def waited(handed_in: date, answered: date | None, number: int = 1) -> Any:
    return SimpleNamespace(handed_in=handed_in, answered=answered, number=number)


def test_waiting_in_working_days() -> None:
    friday, monday = date(2026, 11, 6), date(2026, 11, 9)
    assert count_working_days(friday, monday) == 1
    assert count_working_days(friday, friday) == 0
    today = date(2026, 11, 17)
    rows = [waited(friday, monday), waited(monday, monday + timedelta(days=1)), waited(friday, None)]
    found = measure_waiting([*rows, waited(today, None)], today)
    assert (found.number, found.quick, found.median, found.share) == (3, 2, 1, 67)
    assert measure_waiting([waited(friday, None), waited(friday, monday)], today).median == 1
    assert measure_waiting([waited(friday, None, 3), waited(friday, monday)], today).median is None
    assert measure_waiting([], today).share is None


@given(st.lists(st.integers(1, 30), max_size=12))
def test_nobody_small_is_found_by_subtracting(sizes: list[int]) -> None:
    rows = [SimpleNamespace(institution_id=number, people=size) for number, size in enumerate(sizes)]
    found = hide_small(rows)
    assert all(row.people >= SMALLEST for row in found.told)
    assert sum(row.people for row in found.told) + found.others_people == sum(sizes)
    if found.others and found.told:
        assert found.others > 1
        assert found.others_people >= SMALLEST


def difference(one: int | None, other: int | None, *numbers: int) -> Difference:
    first, second = numbers
    return Difference(Compared.ATTENDANCE, one, other, (first, second))


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (difference(None, 50, 30, 30), Verdict.NOTHING),
        (difference(50, 50, 30, 30), Verdict.SAME),
        (difference(0, 100, 4, 400), Verdict.FEW),
        (difference(0, 100, 0, 400), Verdict.FEW),
        (difference(80, 75, 30, 30), Verdict.CHANCE),
        (difference(90, 40, 30, 30), Verdict.CLEAR),
        (difference(0, 100, 5, 5), Verdict.CLEAR),
    ],
)
def test_what_a_difference_is_worth(found: Difference, verdict: Verdict) -> None:
    assert found.verdict == verdict


def test_what_is_clear_goes_before_what_is_wide() -> None:
    wide, clear = difference(0, 60, 4, 4), difference(60, 90, 100, 100)
    assert largest([wide, clear]) == clear
    assert largest([difference(None, None, 9, 9)]) is None


def test_weeks_add_up_and_fit_on_the_line() -> None:
    assert weeks_of({-2: 1, 0: 1, 2: 2}, 10, 4) == [20, 20, 40, 40]
    assert weeks_of({}, 0, 2) == [None, None]
    assert pick_weeks(5) == [1, 2, 3, 4, 5]
    assert len(pick_weeks(40)) <= 12
    assert pick_weeks(40)[-1] == 40
