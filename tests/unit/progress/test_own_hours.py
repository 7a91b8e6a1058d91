"""Hours as people type them, and the years they count for."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from peergang.progress.rules.hours import (
    Line,
    Period,
    Source,
    as_hours,
    list_periods,
    read_hours,
    read_period,
    school_year_of,
    total_of,
    written_hours,
)

TODAY = date(2026, 11, 17)


@pytest.mark.parametrize(
    ("typed", "quarters"),
    [("1", 4), ("1,5", 6), ("1.5", 6), (" 0,25 ", 1), (",5", 2), ("1:30", 6), ("0:15", 1), ("24", 96), ("24:00", 96)],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(typed, quarters) -> None:
    assert read_hours(typed) == quarters


@pytest.mark.parametrize(
    "typed",
    ["", "0", "0,1", "1,3", "-1", "24,25", "25", "1:60", "1:10", "een", "1e1", "nan", "1,5,5", "٣", "1:5"],
)
def test_what_is_no_number_of_quarters_is_refused(typed) -> None:
    assert read_hours(typed) is None


@given(st.integers(1, 96))
def test_what_is_written_is_read_back(quarters) -> None:
    assert read_hours(written_hours(quarters * 15)) == quarters


@pytest.mark.parametrize(("minutes", "text"), [(0, "0"), (60, "1"), (90, "1,5"), (20, "0,33"), (600, "10")])
def test_hours_are_written_without_zeros_that_say_nothing(minutes, text) -> None:
    assert written_hours(minutes) == text


def test_a_school_year_begins_in_august() -> None:
    assert school_year_of(date(2026, 7, 31)) == 2025
    assert school_year_of(date(2026, 8, 1)) == 2026


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("", Period(2026, is_school=True)),
        ("2026", Period(2026, is_school=False)),
        ("2025-2026", Period(2025, is_school=True)),
    ],
)
def test_a_year_is_read_from_the_address(text, period) -> None:
    assert read_period(text, TODAY) == period
    assert read_period(period.code, TODAY) == period


@pytest.mark.parametrize(
    "text", ["x", "26", "2026-", "2026-2028", "1999", "9999", "٢٠٢٦", "2026-2027-", " 2026"]
)
def test_a_year_that_does_not_exist_is_none(text) -> None:
    assert read_period(text, TODAY) is None


DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))


@given(st.lists(st.tuples(DAYS, st.sampled_from(list(Source)), st.integers(0, 500))))
def test_school_years_and_calendar_years_come_to_the_same_minutes(rows) -> None:
    lines = [Line(day, source, "course", "", "", minutes) for day, source, minutes in rows]
    periods = list_periods(lines, TODAY)
    everything = sum(line.minutes for line in lines)
    for is_school in (True, False):
        totals = [total_of(one, lines) for one in periods if one.is_school is is_school]
        assert sum(one.minutes for one in totals) == everything
        assert sum(one.own for one in totals) == sum(one.minutes for one in lines if one.source is Source.OWN)
    assert len(set(periods)) == len(periods)
    assert all(isinstance(as_hours(one.minutes), Decimal) for one in lines)
