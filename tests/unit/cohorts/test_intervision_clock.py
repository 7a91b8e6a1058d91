"""The clock of an intervision."""

from datetime import timedelta

from peergang.cohorts.rules.intervision import ends_at
from peergang.cohorts.views.intervision import clock_text


def test_a_pause_moves_the_end_and_keeps_what_is_left(now):
    begun = now - timedelta(minutes=3)
    assert ends_at(begun, None, 5, now) - now == timedelta(minutes=2)
    paused = now - timedelta(minutes=1)
    for later in (0, 10, 100):
        moment = now + timedelta(minutes=later)
        assert ends_at(begun, paused, 5, moment) - moment == timedelta(minutes=3)


def test_time_that_is_over_gets_a_plus():
    assert [clock_text(seconds) for seconds in (600, 61, 9, 0, -1, -75)] == [
        "10:00",
        "1:01",
        "0:09",
        "0:00",
        "+0:01",
        "+1:15",
    ]
