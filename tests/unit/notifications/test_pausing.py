"""A pause that cannot be, and what was probably meant."""

from datetime import date

from hypothesis import given, strategies as st

from peergang.notifications.rules.pausing import find_pause_problem, suggest_end

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def test_the_same_day_of_the_month_that_fits() -> None:
    assert suggest_end(date(2027, 2, 1), date(2027, 1, 15)) == date(2027, 2, 15)
    assert suggest_end(date(2026, 12, 20), date(2026, 1, 3)) == date(2027, 1, 3)
    assert suggest_end(date(2027, 2, 1), date(2027, 1, 31)) == date(2027, 2, 28)
    assert suggest_end(date(2027, 1, 31), date(2027, 1, 30)) == date(2027, 2, 28)


@given(days, days)
def test_a_suggestion_is_never_refused(first: date, last: date) -> None:
    meant = suggest_end(first, last)
    assert find_pause_problem(first, meant, first) == ""
    assert (meant - first).days <= 62


def test_what_cannot_be() -> None:
    today, later = date(2026, 11, 17), date(2026, 12, 1)
    assert find_pause_problem(None, None, today) == ""
    assert find_pause_problem(None, today, today) == ""
    assert find_pause_problem(today, later, later) == ""
    assert find_pause_problem(later, today, today) == "away_backward"
    assert find_pause_problem(today, None, today) == "away_endless"
    assert find_pause_problem(None, today, later) == "away_past"
