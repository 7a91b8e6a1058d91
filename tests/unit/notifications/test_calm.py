"""When somebody may be mailed: on their own clock, whatever the clock does."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, strategies as st

from peergang.core.free_days import public_holidays
from peergang.notifications.rules import Calm, next_digest, next_open

MINUTE, QUARTER, DAY = timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1)

ZONES = (
    "Europe/Amsterdam",
    "America/Curacao",
    "Asia/Tokyo",
    "Atlantic/Azores",
    "America/Havana",
    "Asia/Kathmandu",
)

AROUND_A_CHANGE = (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC))

moments = st.one_of(
    st.integers(0, 3 * 365 * 24 * 60).map(
        lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + minutes * MINUTE
    ),
    st.builds(
        lambda day, minutes: day + timedelta(minutes=minutes),
        st.sampled_from(AROUND_A_CHANGE),
        st.integers(-600, 600),
    ),
)
hours = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))


@st.composite
def periods(draw: st.DrawFn, longest: int = 60) -> tuple[date, date]:
    first = draw(st.dates(date(2025, 1, 1), date(2027, 12, 31)))
    return first, first + timedelta(days=draw(st.integers(0, longest)))


calms = st.builds(
    Calm,
    zone=st.sampled_from(ZONES),
    quiet_from=hours,
    quiet_until=hours,
    weekends=st.booleans(),
    free=st.lists(periods(), max_size=3).map(tuple),
    away=st.lists(periods(), max_size=2).map(tuple),
)


def is_open(moment: datetime, calm: Calm, *, free_days_count: bool = True) -> bool:
    """Whether somebody may be mailed at `moment`, said in another way than the code does."""
    here = moment.astimezone(ZoneInfo(calm.zone))
    day, minutes = here.date(), here.hour * 60 + here.minute
    begin = calm.quiet_from.hour * 60 + calm.quiet_from.minute
    end = calm.quiet_until.hour * 60 + calm.quiet_until.minute
    length = (end - begin) % (24 * 60)
    quiet = (minutes - begin) % (24 * 60) < length
    away = any(first <= day <= last for first, last in calm.away)
    free = day in public_holidays(day.year) or any(first <= day <= last for first, last in calm.free)
    free = free or (day.isoweekday() > 5 and not calm.weekends)
    return not quiet and not away and not (free and free_days_count)


def at(text: str, zone: str = "Europe/Amsterdam", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@given(moments, calms, st.booleans())
@example(
    datetime(2026, 3, 29, tzinfo=UTC),
    Calm("Atlantic/Azores", time(1, 15), time(0, 15), weekends=False),
    False,
)
@example(datetime(2026, 3, 29, tzinfo=UTC), Calm(quiet_until=time(2, 30), weekends=True), True)
def test_it_is_the_first_open_moment(moment: datetime, calm: Calm, free_days_count: bool) -> None:
    opens = next_open(moment, calm, free_days_count=free_days_count)
    assert opens >= moment
    assert is_open(opens, calm, free_days_count=free_days_count)
    # Nothing in between is open; what may be mailed begins and ends at a quarter.
    probe = moment
    while probe < opens:
        assert not is_open(probe, calm, free_days_count=free_days_count), probe
        probe += max(QUARTER, (opens - probe) / 300)
    if opens > moment:
        assert not is_open(max(moment, opens - MINUTE), calm, free_days_count=free_days_count)


@given(moments, calms)
def test_who_may_be_mailed_now_is_not_kept_waiting(moment: datetime, calm: Calm) -> None:
    opens = next_open(moment, calm)
    assert next_open(opens, calm) == opens
    assert (opens == moment) is is_open(moment, calm)


@given(moments, moments, calms)
@example(
    datetime(2026, 3, 29, 0, 45, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 10, tzinfo=UTC),
    Calm(quiet_until=time(2, 30), weekends=True),
)
def test_later_is_never_sooner(one: datetime, other: datetime, calm: Calm) -> None:
    first, second = sorted((one, other))
    assert next_open(first, calm) <= next_open(second, calm)
    for weekly in (False, True):
        assert next_digest(first, calm, weekly=weekly) <= next_digest(second, calm, weekly=weekly)


@given(moments, calms)
def test_free_days_only_keep_back(moment: datetime, calm: Calm) -> None:
    assert next_open(moment, calm, free_days_count=False) <= next_open(moment, calm)


@given(moments, calms, st.booleans())
def test_a_bundle_leaves_when_its_reader_may_be_mailed(moment: datetime, calm: Calm, weekly: bool) -> None:
    leaves = next_digest(moment, calm, weekly=weekly)
    assert leaves >= moment
    assert is_open(leaves, calm)
    again = next_digest(leaves, calm, weekly=weekly)
    assert again == leaves, "what is ready as a bundle leaves goes with it"
    assert next_digest(leaves + MINUTE, calm, weekly=weekly) > leaves


@given(moments, calms)
@example(datetime(2026, 3, 28, 12, tzinfo=UTC), Calm(quiet_until=time(2, 30), weekends=True))
def test_there_is_one_bundle_an_open_day(moment: datetime, calm: Calm) -> None:
    zone = ZoneInfo(calm.zone)
    days = []
    for _ in range(4):
        leaves = next_digest(moment, calm, weekly=False)
        days.append(leaves.astimezone(zone).date())
        moment = leaves + MINUTE
    assert days == sorted(set(days))


@given(moments, calms)
def test_a_weekly_bundle_is_no_more_than_weekly(moment: datetime, calm: Calm) -> None:
    zone = ZoneInfo(calm.zone)
    first = next_digest(moment, calm, weekly=True)
    second = next_digest(first + MINUTE, calm, weekly=True)
    weeks = [one.astimezone(zone).date().isocalendar()[:2] for one in (first, second)]
    assert weeks[0] < weeks[1]


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        # A Tuesday.
        ("2026-11-17T10:00", "2026-11-17T10:00"),
        ("2026-11-17T07:59:59", "2026-11-17T08:00"),
        ("2026-11-17T20:59:59", "2026-11-17T20:59:59"),
        ("2026-11-17T21:00", "2026-11-18T08:00"),
        # A Friday evening, and a Sunday.
        ("2026-11-20T21:00", "2026-11-23T08:00"),
        ("2026-11-22T12:00", "2026-11-23T08:00"),
        # The evening before Christmas: two days of it, and a weekend.
        ("2026-12-24T22:00", "2026-12-28T08:00"),
        # The weekends in which the clock changes.
        ("2026-03-27T22:00", "2026-03-30T08:00"),
        ("2026-10-23T22:00", "2026-10-26T08:00"),
    ],
)
def test_who_never_chose(moment: str, opens: str) -> None:
    assert next_open(at(moment), Calm()) == at(opens)


@pytest.mark.parametrize(
    ("moment", "fold", "opens", "opens_fold"),
    [
        # In March the hour from two to three is skipped, and half past two with it: at three the quiet is over.
        ("2026-03-29T01:45", 0, "2026-03-29T03:00", 0),
        ("2026-03-29T03:10", 0, "2026-03-29T03:10", 0),
        # In October it comes twice, and is quiet twice until half past.
        ("2026-10-25T02:15", 0, "2026-10-25T02:30", 0),
        ("2026-10-25T02:45", 0, "2026-10-25T02:45", 0),
        ("2026-10-25T02:15", 1, "2026-10-25T02:30", 1),
        ("2026-10-25T02:45", 1, "2026-10-25T02:45", 1),
    ],
)
def test_quiet_that_ends_while_the_clock_changes(moment: str, fold: int, opens: str, opens_fold: int) -> None:
    calm = Calm(quiet_from=time(21), quiet_until=time(2, 30), weekends=True)
    assert next_open(at(moment, fold=fold), calm) == at(opens, fold=opens_fold)


def test_a_bundle_leaves_as_the_quiet_ends_also_when_the_clock_skips_that() -> None:
    calm = Calm(quiet_from=time(21), quiet_until=time(2, 30), weekends=True)
    moment = at("2026-03-28T23:00")
    assert next_digest(moment, calm, weekly=False) == next_open(moment, calm, free_days_count=False)


def test_their_own_clock_counts() -> None:
    moment = at("2026-11-17T13:00")
    assert next_open(moment, Calm(zone="America/Curacao")) == moment, "eight in the morning there"
    assert next_open(moment - MINUTE, Calm(zone="America/Curacao")) == moment
    assert next_open(moment, Calm(zone="Asia/Tokyo")) == at("2026-11-18T08:00", "Asia/Tokyo")
    # Saturday has begun there.
    assert next_open(at("2026-11-20T17:00"), Calm(zone="Asia/Tokyo")) == at("2026-11-23T08:00", "Asia/Tokyo")
    assert next_open(moment, Calm(zone="Mars/Olympus")) == next_open(moment, Calm())


def test_quiet_in_the_middle_of_the_day() -> None:
    calm = Calm(quiet_from=time(12), quiet_until=time(14))
    assert next_open(at("2026-11-17T12:30"), calm) == at("2026-11-17T14:00")
    assert next_open(at("2026-11-17T23:30"), calm) == at("2026-11-17T23:30")
    assert next_open(at("2026-11-22T15:00"), calm) == at("2026-11-23T00:00"), "the weekend is over"
    assert next_digest(at("2026-11-17T09:00"), calm, weekly=False) == at("2026-11-17T14:00")


def test_equal_hours_mean_no_quiet_hours() -> None:
    calm = Calm(quiet_from=time(0), quiet_until=time(0))
    assert next_open(at("2026-11-17T03:00"), calm) == at("2026-11-17T03:00")
    assert next_digest(at("2026-11-17T03:00"), calm, weekly=False) == at("2026-11-17T08:00"), (
        "not at midnight"
    )


def test_a_bundle_of_the_week_leaves_on_its_first_open_day() -> None:
    holiday = Calm(free=((date(2026, 11, 14), date(2026, 11, 18)),))
    assert next_digest(at("2026-11-13T12:00"), Calm(), weekly=True) == at("2026-11-16T08:00")
    assert next_digest(at("2026-11-13T12:00"), holiday, weekly=True) == at("2026-11-19T08:00")
    assert next_digest(at("2026-11-16T08:00"), Calm(), weekly=True) == at("2026-11-16T08:00")
    # Easter Monday.
    assert next_digest(at("2026-04-03T12:00"), Calm(), weekly=True) == at("2026-04-07T08:00")


@pytest.mark.parametrize("last", [date(2030, 1, 1), date.max])
def test_who_is_away_for_years_is_asked_again(last: date) -> None:
    moment = at("2026-11-17T10:00")
    calm = Calm(away=((date.min, last),))
    for opens in (next_open(moment, calm), next_digest(moment, calm, weekly=True)):
        assert 300 * DAY < opens - moment < 900 * DAY


def test_periods_that_touch_and_overlap() -> None:
    calm = Calm(
        away=((date(2026, 11, 17), date(2026, 11, 18)), (date(2026, 11, 18), date(2026, 11, 19))),
        free=((date(2026, 11, 20), date(2026, 11, 24)),),
    )
    assert next_open(at("2026-11-17T10:00"), calm) == at("2026-11-25T08:00")
    assert next_open(at("2026-11-17T10:00"), calm, free_days_count=False) == at("2026-11-20T08:00")
