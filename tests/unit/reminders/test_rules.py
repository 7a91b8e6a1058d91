"""The names of weeks."""

from datetime import date

from hypothesis import given, strategies as st

from peergang.reminders.rules import monday_of, monday_of_week, week_name


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31)))
def test_the_name_of_a_week_gives_its_monday_back_also_around_new_year(day: date) -> None:
    assert monday_of_week(week_name(day)) == monday_of(day)
