"""The day that a page is about: read from the address, never ahead, and said at the field when it cannot be read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from peergang.core.clock import local_date
from peergang.progress.rules.filters import Filter, read_day
from peergang.progress.rules.history import QUARTER, first_monday_kept_daily
from peergang.progress.rules.moment import INSTANT, Moment

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 17)


@pytest.mark.parametrize("typed", ["2026-09-01", "1-9-2026", "01/09/2026", " 2026-09-01 "])
def test_a_day_is_read_as_people_type_it(typed: str) -> None:
    chosen = Filter.parse({"op": typed})
    assert chosen.day == date(2026, 9, 1)
    assert chosen.query() == "op=2026-09-01"
    assert chosen.day_problem(NOW) == ""
    assert chosen.moment(NOW) == Moment(NOW, date(2026, 9, 1))


@pytest.mark.parametrize(
    "typed", ["gisteren", "2026-02-30", "31-31-2026", "1999-12-31", "0001-01-01", "2026-9", "٢٠٢٦-٠٩-٠١"]
)
def test_what_is_no_day_is_said_at_the_field_and_stays_there(typed: str) -> None:
    chosen = Filter.parse({"op": typed})
    assert (chosen.day, chosen.day_typed) == (None, typed)
    assert chosen.day_problem(NOW) == "day_unreadable"
    assert not chosen.moment(NOW).past


def test_a_day_to_come_is_the_present_and_is_said() -> None:
    tomorrow = Filter(day=TODAY + timedelta(days=1))
    assert tomorrow.day_problem(NOW) == "day_ahead"
    assert tomorrow.moment(NOW) == Moment(NOW)
    today = Filter(day=TODAY)
    assert today.day_problem(NOW) == ""
    assert today.moment(NOW) == Moment(NOW)
    assert Filter().day_problem(NOW) == ""


@given(st.text(max_size=60))
def test_any_text_is_read_or_kept(text: str) -> None:
    day, typed = read_day(text)
    assert day is None or typed == ""
    assert day is not None or typed == text.strip()[:40]


@given(st.dates(date(2000, 1, 1), date(2026, 11, 16)))
def test_the_last_instant_of_a_day_is_still_that_day(day: date) -> None:
    at = Moment(NOW, day).at
    assert local_date(at) == day
    assert local_date(at + INSTANT) == day + timedelta(days=1)


def test_a_plain_moment_is_the_present() -> None:
    assert Moment.of(NOW) == Moment(NOW)
    assert Moment.of(NOW).at == NOW
    assert not Moment(NOW, TODAY).past


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_whole_weeks_are_thinned_and_never_a_day_of_the_last_quarter(today: date) -> None:
    monday = first_monday_kept_daily(today)
    assert monday.weekday() == 0
    assert monday <= today - QUARTER
