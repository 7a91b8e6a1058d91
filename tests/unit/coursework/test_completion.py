"""What an activity lacks, for each kind and phase."""

from datetime import UTC, datetime

import pytest

from peergang.coursework.labels.completion import COMPLETES, PROOFS, SEE
from peergang.coursework.rules import ReflectionState
from peergang.coursework.rules.completion import (
    Lack,
    Missing,
    lacks_meeting,
    lacks_peer_feedback,
    lacks_read,
    lacks_reflection,
)
from peergang.curriculum.kinds import kinds

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "audience", "for_trainer_at", "has_draft", "lack"),
    [
        (None, None, None, False, Lack.WRITING),
        (ReflectionState.DRAFT, None, None, False, Lack.WRITING),
        (ReflectionState.DRAFT, "trainer", None, True, Lack.DRAFT),
        (ReflectionState.DRAFT, "private", None, True, Lack.READER),
        (ReflectionState.SUBMITTED, "peer_group", None, True, Lack.GROUP),
        (ReflectionState.SUBMITTED, "peer_group", NOW, True, Lack.TRAINER),
        (ReflectionState.IN_REVIEW, "cohort", NOW, True, Lack.READING_NOW),
        (ReflectionState.RETURNED, "trainer", NOW, True, Lack.ADDITION),
        (ReflectionState.WITHDRAWN, "trainer", None, True, Lack.WITHDRAWN),
    ],
)
def test_a_reflection_lacks_whoever_is_next(
    state: str | None, audience: str | None, for_trainer_at: datetime | None, has_draft: bool, lack: Lack
) -> None:
    assert lacks_reflection(state, audience, for_trainer_at, has_draft).lack == lack


def test_feedback_counts_and_says_what_it_waits_for() -> None:
    assert lacks_peer_feedback(1, 2, to_read=1, is_due=False) == Missing(Lack.GIVING, 1, 2)
    assert lacks_peer_feedback(1, 2, to_read=0, is_due=False).lack == Lack.NOTHING_TO_READ
    assert lacks_peer_feedback(0, 2, to_read=0, is_due=True).lack == Lack.NOTHING_TO_READ
    assert lacks_peer_feedback(1, 2, to_read=0, is_due=True).lack == Lack.TONIGHT


def test_a_meeting_lacks_attendance_only_when_it_is_over() -> None:
    assert lacks_meeting(is_over=False).lack == Lack.MEETING_TO_COME
    assert lacks_meeting(is_over=True).lack == Lack.ATTENDANCE
    assert lacks_read(3) == Missing(Lack.TOPICS, 3)


def test_every_kind_has_a_rule_and_every_link_a_proof() -> None:
    assert set(COMPLETES) == set(kinds())
    assert set(SEE) <= set(PROOFS)
