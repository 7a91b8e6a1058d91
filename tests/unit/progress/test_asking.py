"""Who asks for attention, and how attendance goes, as read from the texts that the database gives."""

import json
from datetime import date, datetime

from peergang.progress.rules.asking import read_attention
from peergang.progress.rules.trend import Running, read_trend


def test_who_asks_for_attention_is_read_from_a_text_once_and_says_everything_once() -> None:
    began, later = "2026-11-02T08:00:00+00:00", "2026-11-09T08:00:00+00:00"
    fell = {"before": 80, "last": 60}
    text = json.dumps(
        [
            ["b", "Bosschool", "no_contact", "2026-10-01", {}, later, None],
            ["b", "Bosschool", "attendance_fell", "2026-11-02", fell, began, None],
            ["b", "Bosschool", "attendance_fell", "2026-11-03", fell, later, None],
            ["b", "Bosschool", "attendance_fell", "2026-11-03", {"before": 90, "last": 60}, later, None],
            ["a", "Akkerschool", "nobody_active", "2026-10-20", {"people": 2}, began, later],
        ]
    )
    first, second = read_attention(text)
    assert [(one.rule, one.since, one.values["last"]) for one in first.reasons[:2]] == [
        ("attendance_fell", date(2026, 11, 2), 60),
        ("attendance_fell", date(2026, 11, 3), 60),
    ]
    assert [one.rule for one in first.reasons] == ["attendance_fell", "attendance_fell", "no_contact"]
    assert (first.name, first.opened_at, first.is_talked_about) == (
        "Bosschool",
        datetime.fromisoformat(began),
        False,
    )
    assert (second.institution_id, second.is_talked_about) == ("a", True)
    assert read_attention(text) is read_attention(text)
    assert read_attention("[]") == ()


def test_what_is_known_without_figures_is_said_once_since_it_was_first_seen() -> None:
    first, later = "2026-11-02T08:00:00+00:00", "2026-11-09T08:00:00+00:00"
    text = json.dumps(
        [
            ["a", "Akkerschool", "attendance_fell", "2026-11-02", None, first, None],
            ["a", "Akkerschool", "attendance_fell", "2026-11-09", None, later, None],
        ]
    )
    (one,) = read_attention(text)
    assert [(why.rule, why.since, why.values) for why in one.reasons] == [
        ("attendance_fell", date(2026, 11, 2), None)
    ]


def test_the_trend_is_read_from_a_text_once() -> None:
    text = json.dumps([["now", 1, 1, 10, 8], ["before", 1, 2, 10, 6], ["before", 2, 1, 10, 5]])
    running = (Running("now", "Nu", "peergang", "before", "Toen", 0, 0),)
    trend = read_trend(text, running)
    assert (trend.going, trend.before) == ([80, None], [60, 50])
    assert (trend.last, trend.against.parts[0].change) == (80, 20)
    assert read_trend(text, running) is trend
    assert read_trend(text, ()).last is None
    assert read_trend("[]", ()).numbers == []
