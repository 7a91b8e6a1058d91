"""How long a full compile still takes, in words, and whether anybody works at it."""

from datetime import datetime, timedelta

import pytest

from peergang.progress.labels.runs import ORIGINS, STATES, duration_words, left_words, reason_words
from peergang.progress.rules.runs import SILENCE, Origin, RunState, is_silent, time_left


def test_the_time_that_is_left_follows_from_the_part_that_was_done() -> None:
    assert time_left(0, 100, 5) is None
    assert time_left(10, 100, 0) is None
    assert time_left(25, 100, 10) == timedelta(seconds=30)
    assert time_left(120, 100, 10) == timedelta()


def test_nobody_works_at_what_is_silent(now: datetime) -> None:
    assert is_silent(None, now)
    assert not is_silent(now - SILENCE, now)
    assert is_silent(now - SILENCE - timedelta(seconds=1), now)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "minder dan een seconde"),
        (1, "1 seconde"),
        (89, "89 seconden"),
        (150, "2 minuten"),
        (3 * 3600, "3 uur"),
    ],
)
def test_a_length_of_time_in_words(seconds: int, words: str) -> None:
    assert duration_words(timedelta(seconds=seconds)) == words


def test_everything_has_words() -> None:
    assert set(STATES) == set(RunState)
    assert set(ORIGINS) == set(Origin)
    assert left_words(None) == "Hoe lang het duurt, weten we zo."
    assert left_words(timedelta(seconds=5)) == "Nog ongeveer 5 seconden."
    assert "uur" in reason_words("abandoned")
    assert "ValueError" in reason_words("ValueError")
