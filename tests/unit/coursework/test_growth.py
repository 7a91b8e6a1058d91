"""A criterion over time: the same ones together, in order, and nothing else done with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from peergang.coursework.rules.growth import Judged, draw_lines

START = datetime(2026, 9, 1, tzinfo=UTC)


def judged(slug: str, label: str, judgement: str, day: int, module: str = "1") -> Judged:
    return Judged(slug, label, judgement, START + timedelta(days=day), uuid4(), 1, module, "Titel")


def test_the_same_slug_or_the_same_label_is_one_line() -> None:
    lines = draw_lines(
        [
            judged("eigen-rol", "Eigen rol", "yes", 9, "3"),
            judged("eigen-rol", "Je eigen rol", "not_yet", 1),
            judged("rol", "eigen  ROL", "partly", 5, "2"),
            judged("volgende-stap", "Volgende stap", "yes", 2),
        ]
    )
    assert [(line.label, [one.judgement for one in line.points]) for line in lines] == [
        ("Eigen rol", ["not_yet", "partly", "yes"]),
        ("Volgende stap", ["yes"]),
    ]
    assert lines[0].modules == ["1", "2", "3"]


def test_a_label_that_brings_two_lines_together_loses_nothing() -> None:
    lines = draw_lines(
        [judged("a", "Een", "yes", 1), judged("b", "Twee", "partly", 2), judged("b", "Een", "not_yet", 3)]
    )
    assert [[one.judgement for one in line.points] for line in lines] == [["yes", "partly", "not_yet"]]


def test_a_word_that_is_no_judgement_is_left_out() -> None:
    assert draw_lines([judged("a", "Een", "", 1), judged("a", "Een", "great", 2)]) == []


def test_at_the_same_moment_the_earlier_version_comes_first() -> None:
    first = judged("a", "Een", "not_yet", 1)
    second = replace(first, judgement="yes", version=2)
    [line] = draw_lines([second, first])
    assert [one.version for one in line.points] == [1, 2]
