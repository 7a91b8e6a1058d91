"""Whose turn it is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from peergang.cohorts.rules.completion import OVERRIDE, RULES, rule_version
from peergang.coursework.labels.completion import COMPLETES, PROOFS
from peergang.coursework.rules.phases import Phase
from peergang.curriculum.rules import ActivityKind
from peergang.progress.labels.path import TURNS
from peergang.progress.rules.path import Stand, Turn, count_turns, turn_of

NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def stand(kind: str, **more: object) -> Stand:
    return Stand(kind, NOW - DAY, NOW + DAY, None, **more)


@pytest.mark.parametrize(
    ("one", "turn"),
    [
        (stand("read"), Turn.OWN),
        (stand("conversation"), Turn.OWN),
        (stand("reflection"), Turn.OWN),
        (stand("reflection", phase=Phase.OWN), Turn.OWN),
        (stand("reflection", phase=Phase.WITH_PEERS), Turn.PEERS),
        (stand("reflection", phase=Phase.REVISING), Turn.OWN),
        (stand("reflection", phase=Phase.WITH_TRAINER), Turn.TRAINER),
        (stand("reflection", phase=Phase.RETURNED), Turn.OWN),
        (stand("peer_feedback", to_read=1), Turn.OWN),
        (stand("peer_feedback"), Turn.PEERS),
        (Stand("peer_feedback", NOW - DAY, NOW, None, given=1), Turn.PLATFORM),
        (Stand("peer_feedback", NOW - DAY, NOW, None), Turn.PEERS),
        (stand("meeting"), Turn.LATER),
        (Stand("meeting", NOW - DAY, NOW, None), Turn.TRAINER),
        (stand("scan"), Turn.TOGETHER),
        (Stand("read", NOW + DAY, NOW + 2 * DAY, None), Turn.LATER),
        (Stand("read", NOW + DAY, NOW + 2 * DAY, NOW), Turn.DONE),
    ],
)
def test_whose_turn_it_is(one, turn) -> None:
    assert turn_of(one, NOW) is turn


def test_nothing_is_asked_of_who_is_through_but_what_lies_with_the_trainer_is_answered() -> None:
    assert turn_of(stand("read"), NOW, ended=True) is Turn.ENDED
    assert turn_of(stand("reflection", phase=Phase.WITH_PEERS), NOW, ended=True) is Turn.ENDED
    assert turn_of(stand("reflection", phase=Phase.WITH_TRAINER), NOW, ended=True) is Turn.TRAINER
    assert turn_of(Stand("read", NOW, NOW, NOW), NOW, ended=True) is Turn.DONE


@given(st.lists(st.tuples(st.sampled_from(list(Turn)), st.booleans())))
def test_no_more_is_done_than_is_asked(turns) -> None:
    counts = count_turns(turns)
    assert 0 <= counts.done + counts.own + counts.others + counts.later <= counts.required <= len(turns)


def test_every_kind_has_its_rule_and_every_rule_its_words() -> None:
    assert set(RULES) == set(ActivityKind) == {ActivityKind(one) for one in COMPLETES}
    assert set(TURNS) == set(Turn)
    codes = [code for rule in RULES.values() for code in rule.evidence]
    assert len(codes) == len(set(codes))
    assert OVERRIDE not in codes
    assert set(PROOFS) >= {*codes, OVERRIDE} - {"scan"}


def test_a_rule_tells_what_held_before_each_of_its_versions() -> None:
    for kind, rule in RULES.items():
        assert rule_version(kind) == rule.version
        assert set(rule.was) == set(range(1, rule.version))
