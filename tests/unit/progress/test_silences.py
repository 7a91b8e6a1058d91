"""When the story of a participant tells of a silence."""

from datetime import UTC, datetime, timedelta

from peergang.progress.rules.story import Event, Happened, tell

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def silences(*events: tuple[Happened, int]) -> list[int]:
    """The numbers of days of the silences; every event is so many days ago."""
    told = tell([Event(kind, NOW - days * DAY) for kind, days in events], NOW)
    return [one.number for month in told for one in month.events if one.kind == Happened.SILENCE]


def test_three_weeks_without_a_deed_are_told() -> None:
    assert silences((Happened.JOINED, 60), (Happened.OPENED, 60), (Happened.COMPLETED, 30)) == [30, 30]
    assert silences((Happened.JOINED, 20), (Happened.OPENED, 20)) == []


def test_who_waits_for_the_first_module_is_not_silent() -> None:
    joined, opened = (Happened.JOINED, 80), (Happened.OPENED, 40)
    assert silences(joined, opened, (Happened.COMPLETED, 25), (Happened.COMPLETED, 5)) == []
    assert silences(joined, opened, (Happened.COMPLETED, 10)) == [30]
    assert silences(joined, (Happened.SIGNED_OFF, 75), opened, (Happened.COMPLETED, 10)) == [30]


def test_what_opens_later_does_not_break_a_silence() -> None:
    opened = ((Happened.OPENED, 60), (Happened.OPENED, 30))
    assert silences((Happened.JOINED, 60), *opened) == [60]


def test_who_came_in_later_is_counted_from_then() -> None:
    assert silences((Happened.OPENED, 90), (Happened.JOINED, 30)) == [30]
