"""The promise in working days, and leases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from peergang.core.free_days import free_days
from peergang.coursework.labels.waiting import promise_text, until_text
from peergang.coursework.rules.waiting import (
    LEASE,
    Wait,
    add_working_days,
    has_lapsed,
    is_working_day,
    promise_for,
    wait_of,
    working_days_late,
)

FREE = free_days(range(2026, 2028))
START, END = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-11-01")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "promised"),
    [
        ("2026-11-17T09:00", date(2026, 11, 24)),  # Tuesday: Wednesday is the first of five.
        ("2026-11-20T09:00", date(2026, 11, 27)),  # Friday.
        (
            "2026-11-21T09:00",
            date(2026, 11, 27),
        ),  # Saturday and Sunday as well: they do not count themselves.
        ("2026-11-22T22:30", date(2026, 11, 27)),  # Sunday, half past eleven in the evening in Amsterdam.
        ("2026-11-22T23:30", date(2026, 11, 30)),  # Monday already.
        ("2026-12-22T09:00", date(2026, 12, 30)),  # Christmas is on a Friday and a Saturday.
        ("2026-12-28T09:00", date(2027, 1, 5)),  # New year's day.
        ("2026-04-24T09:00", date(2026, 5, 4)),  # King's day; 5 May 2026 is no public holiday.
        ("2026-05-13T09:00", date(2026, 5, 21)),  # Ascension day.
        (
            "2026-03-27T23:30",
            date(2026, 4, 7),
        ),  # Saturday already; then the clock goes forward, and it is Easter.
        ("2026-10-23T21:30", date(2026, 10, 30)),  # The clock goes back on the 25th.
    ],
)
def test_five_working_days(since: str, promised: date) -> None:
    assert promise_for(at(since), FREE) == promised


def test_days_on_which_schools_are_closed_do_not_count() -> None:
    closed = {date(2026, 12, 21) + timedelta(days=number) for number in range(14)}
    assert promise_for(at("2026-12-17T09:00"), FREE | closed) == date(2027, 1, 7)


@given(
    since=st.datetimes(START, END, timezones=st.just(UTC)),
    closed=st.sets(st.dates(date(2026, 1, 1), date(2027, 11, 30)), max_size=40),
)
def test_a_promise_is_a_working_day_with_four_before_it(since: datetime, closed: set[date]) -> None:
    free = FREE | closed
    promised = promise_for(since, free)
    first = add_working_days(promised - timedelta(days=1), 1, free)
    assert is_working_day(promised, free)
    assert first == promised
    assert working_days_late(promised, promised, free) == 0
    assert working_days_late(promised, add_working_days(promised, 3, free), free) == 3
    later = promise_for(since + timedelta(days=1), free)
    assert later >= promised, (
        "who comes later is never promised earlier: the order of asking is that of the promise"
    )


def test_late_counts_working_days_and_is_never_nothing() -> None:
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    assert working_days_late(friday, monday, FREE) == 1
    assert working_days_late(friday, monday + timedelta(days=1), FREE) == 2
    assert working_days_late(friday, friday + timedelta(days=1), FREE) == 1, (
        "on Saturday it is late all the same"
    )
    assert working_days_late(date(2026, 12, 24), date(2026, 12, 28), FREE) == 1


def test_what_is_due_today_or_tomorrow_asks_for_attention() -> None:
    today = date(2026, 11, 17)
    found = [wait_of(today + timedelta(days=days), today) for days in (2, 1, 0, -1)]
    assert found == [Wait.FRESH, Wait.LONG, Wait.LONG, Wait.TOO_LONG]
    assert wait_of(None, today) is Wait.FRESH


def test_the_promise_in_words() -> None:
    today = date(2026, 11, 23)
    assert promise_text(date(2026, 11, 27), today) == "Beloofd: uiterlijk vrijdag 27 november"
    assert promise_text(date(2026, 11, 24), today) == "Beloofd: uiterlijk morgen"
    assert promise_text(today, today) == "Beloofd: uiterlijk vandaag"
    assert promise_text(date(2026, 11, 19), today, FREE) == "2 werkdagen te laat"
    assert promise_text(date(2026, 11, 20), today, FREE) == "1 werkdag te laat"
    assert promise_text(date(2026, 11, 20), today) == "Te laat: beloofd voor 20 november"
    assert promise_text(None, today) == ""


def test_until_when_somebody_had_it() -> None:
    moment = at("2026-11-17T13:05")
    assert until_text(moment, date(2026, 11, 17)) == "14.05 uur"
    assert until_text(moment, date(2026, 11, 18)) == "17 november, 14.05 uur"


def test_a_lease_ends_to_the_second_and_without_an_end_never() -> None:
    now = at("2026-11-17T09:00")
    assert not has_lapsed(now + LEASE, now)
    assert has_lapsed(now, now)
    assert not has_lapsed(None, now)
