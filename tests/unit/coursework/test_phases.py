"""In which phase a reflection is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from peergang.coursework.rules.phases import (
    TIME_TO_REVISE,
    Peers,
    Phase,
    come_first,
    goes_on,
    may_hand_on,
    phase_of,
    settled_at,
)

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
GROUP = Peers("peers_first", give=2, mates=3, submitted_at=NOW - DAY, due_at=NOW + 5 * DAY)
IN = replace(GROUP, sent=2, last_sent_at=NOW)


@pytest.mark.parametrize(
    ("state", "audience", "for_trainer", "peers", "phase"),
    [
        ("draft", "peer_group", False, GROUP, Phase.WRITING),
        ("draft", None, False, GROUP, Phase.WRITING),
        ("draft", "private", False, GROUP, Phase.OWN),
        ("withdrawn", "peer_group", False, GROUP, Phase.OWN),
        ("submitted", "peer_group", False, GROUP, Phase.WITH_PEERS),
        ("submitted", "peer_group", False, replace(GROUP, sent=1, last_sent_at=NOW), Phase.WITH_PEERS),
        ("submitted", "peer_group", False, IN, Phase.REVISING),
        ("submitted", "peer_group", True, IN, Phase.WITH_TRAINER),
        ("in_review", "peer_group", True, GROUP, Phase.WITH_TRAINER),
        ("returned", "peer_group", True, IN, Phase.RETURNED),
        ("approved", "private", True, IN, Phase.DONE),
    ],
)
def test_phase(state: str, audience: str | None, for_trainer: bool, peers: Peers, phase: Phase) -> None:
    assert phase_of(state, audience, NOW if for_trainer else None, peers, NOW) == phase


@pytest.mark.parametrize(
    ("peers", "audience", "first"),
    [
        (GROUP, "peer_group", True),
        (GROUP, "cohort", True),
        (GROUP, "trainer", False),
        (GROUP, None, False),
        (replace(GROUP, order="trainer_only"), "peer_group", False),
        (replace(GROUP, order=None), "peer_group", True),
        (replace(GROUP, give=None), "peer_group", False),
        (replace(GROUP, mates=0), "peer_group", False),
        (replace(IN, mates=0), "peer_group", True),
    ],
)
def test_the_group_comes_first_only_where_there_is_one(
    peers: Peers, audience: str | None, first: bool
) -> None:
    assert come_first(peers, audience) is first


def test_with_too_few_readers_it_is_what_came_until_the_time_was_over() -> None:
    one = replace(GROUP, sent=1, last_sent_at=NOW)
    over = NOW + 8 * DAY
    assert one.gap_at == over
    assert settled_at(one, over - timedelta(seconds=1)) is None
    assert settled_at(one, over) == over
    assert settled_at(GROUP, over + 100 * DAY) is None, "nothing came: that is the trainer's"


def test_who_hands_in_late_gets_a_group_with_time_to_read() -> None:
    late = replace(GROUP, submitted_at=NOW + 30 * DAY)
    assert late.gap_at == NOW + 36 * DAY
    asked = replace(late, asked_at=NOW + 40 * DAY)
    assert asked.gap_at == NOW + 46 * DAY, "and whoever the trainer asks has it anew"


def test_handing_on_is_for_when_the_feedback_is_in_or_the_term_is_over() -> None:
    one = replace(GROUP, sent=1, last_sent_at=NOW)
    assert may_hand_on(Phase.REVISING, IN, NOW)
    assert not may_hand_on(Phase.WITH_PEERS, one, NOW)
    assert may_hand_on(Phase.WITH_PEERS, one, NOW + 5 * DAY)
    assert not may_hand_on(Phase.WITH_PEERS, GROUP, NOW + 5 * DAY)
    assert may_hand_on(Phase.WITH_PEERS, GROUP, NOW + 8 * DAY), (
        "nobody reacted, and nobody waits for them any more"
    )
    assert not may_hand_on(Phase.WITH_TRAINER, IN, NOW)


def test_it_goes_on_by_itself_after_seven_days_and_without_a_group_at_once() -> None:
    assert not goes_on("peer_group", IN, NOW + TIME_TO_REVISE - timedelta(seconds=1))
    assert goes_on("peer_group", IN, NOW + TIME_TO_REVISE)
    assert not goes_on("peer_group", GROUP, NOW + 8 * DAY + TIME_TO_REVISE - timedelta(seconds=1))
    assert goes_on("peer_group", GROUP, NOW + 8 * DAY + TIME_TO_REVISE), (
        "nobody reacted and no trainer saw to it"
    )
    assert goes_on("peer_group", replace(GROUP, mates=0), NOW)
