"""The rules about figures of an institution in a cohort, at their edges."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from peergang.progress.queries.risk_rules import risk_rules
from peergang.progress.rules.figures import Figures
from peergang.progress.rules.risks import CohortDays

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 17)
LONG_AGO = date(2026, 9, 1)
TEMPLATES = Path(__file__).parents[3] / "peergang" / "templates" / "progress"
DAYS = CohortDays(UUID(int=1), LONG_AGO, UUID(int=2), date(2026, 11, 10), date(2026, 11, 3), None)


def found(figures: Figures, days: CohortDays = DAYS) -> dict[str, object]:
    judged = {name: rule.judge(figures, days, TODAY) for name, rule in risk_rules().items() if rule.judge}
    return {name: one for name, one in judged.items() if one is not None}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"present": 8, "recorded": 12, "last_present": 0, "last_recorded": 4}, ["attendance_fell"]),
        # One person who misses one meeting says nothing about an institution.
        ({"people": 1, "present": 3, "recorded": 4, "last_present": 0, "last_recorded": 1}, []),
        # A fall from 100 to 80 leaves a full room.
        ({"present": 18, "recorded": 20, "last_present": 8, "last_recorded": 10}, []),
        ({"last_active": NOW - timedelta(days=21)}, ["nobody_active"]),
        ({"last_active": NOW - timedelta(days=20)}, []),
        ({"last_active": None}, ["nobody_active"]),
        ({"last_active": None, "completed": 24}, []),
        # Who handed in everything that is due may be silent.
        ({"last_active": None, "due": 2, "handed_in": 2}, []),
        ({"due": 6, "handed_in": 2}, ["not_handed_in"]),
        ({"due": 6, "handed_in": 4}, []),
        ({"due": 1, "handed_in": 0}, []),
    ],
)
def test_what_asks_attention(changes: dict[str, object], expected: list[str]) -> None:
    usual = {"people": 4, "completed": 4, "required": 24, "last_active": NOW - timedelta(days=1)}
    assert list(found(Figures(**{**usual, **changes}))) == expected  # type: ignore[arg-type]


def test_who_has_just_begun_is_not_silent() -> None:
    silent = Figures(people=3, required=18)
    assert not found(silent, DAYS._replace(starts_on=TODAY - timedelta(days=20)))
    assert found(silent, DAYS._replace(starts_on=TODAY - timedelta(days=21)))


def test_the_days_of_a_holiday_are_no_silence_and_no_other_cause() -> None:
    silent = Figures(people=3, required=18)
    assert not found(silent, DAYS._replace(holiday_until=TODAY + timedelta(days=5)))
    assert not found(silent, DAYS._replace(holiday_until=TODAY - timedelta(days=20)))
    after = found(silent, DAYS._replace(holiday_until=TODAY - timedelta(days=21)))["nobody_active"]
    assert after == (LONG_AGO.isoformat(), TODAY - timedelta(days=21), {"people": 3})


def test_every_rule_is_whole() -> None:
    """A name, one way to find, and a sentence in the template."""
    words = (TEMPLATES / "risk_words.html").read_text(encoding="utf-8")
    for name, rule in risk_rules().items():
        assert (rule.find is None) != (rule.judge is None), name
        assert f"one.rule == '{name}'" in words, name
        assert str(rule.title), name
    assert len(risk_rules()) >= 9


def test_of_who_has_just_joined_nothing_is_said_yet() -> None:
    silent = Figures(people=3, required=18)
    assert not found(silent, DAYS._replace(joined_on=TODAY - timedelta(days=20)))
    assert found(silent, DAYS._replace(joined_on=TODAY - timedelta(days=21)))
