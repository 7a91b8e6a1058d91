"""When mail that comes back is enough, and when what was refused comes back."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from peergang.core.answers import Answer, Refusal
from peergang.notifications.rules import retry_after
from peergang.notifications.rules.bounces import Bounced, BounceKind, kind_of, suspension_reason


def bounced(*kinds: str, code: str = "5.4.1", is_recent: bool = True) -> list[Bounced]:
    return [Bounced(str(number), kind, code, is_recent) for number, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], ""),
        (bounced("hard"), ""),
        (bounced("hard", code="5.1.1"), "unknown"),
        (bounced("soft", code="5.1.1"), ""),
        (bounced("hard", "hard"), "refused"),
        ([Bounced("one", "hard", "5.4.1", True), Bounced("one", "hard", "550", True)], ""),
        (bounced("hard", "hard", is_recent=False), "refused"),
        (bounced(*["soft"] * 4), ""),
        (bounced(*["soft"] * 5), "full"),
        (bounced(*["soft"] * 5, is_recent=False), ""),
        (bounced(*["policy"] * 9), ""),
    ],
)
def test_what_is_enough(rows: list[Bounced], reason: str) -> None:
    assert suspension_reason(rows) == reason


@pytest.mark.parametrize(
    ("refusal", "code", "last", "before"),
    [
        (Refusal.UNKNOWN, "5.1.1", BounceKind.HARD, BounceKind.HARD),
        (Refusal.DEAD, "550", BounceKind.HARD, BounceKind.HARD),
        (Refusal.POLICY, "5.7.1", BounceKind.POLICY, BounceKind.POLICY),
        (Refusal.FULL, "4.2.2", BounceKind.SOFT, None),
        (Refusal.LATER, "4.2.1", BounceKind.SOFT, None),
        (Refusal.LATER, "4.7.0", None, None),
        (Refusal.LATER, "451", None, None),
        (Refusal.MESSAGE, "5.3.4", None, None),
    ],
)
def test_what_a_refusal_says_about_the_address(
    refusal: Refusal, code: str, last: BounceKind | None, before: BounceKind | None
) -> None:
    answer = Answer(refusal, code)
    assert kind_of(answer, is_last=True) is last
    assert kind_of(answer, is_last=False) is before


def test_what_was_refused_together_comes_back_apart() -> None:
    ids = [uuid4() for _ in range(200)]
    for attempt, minutes in enumerate((1, 4, 16, 64, 256), start=1):
        waits = [retry_after(attempt, one) for one in ids]
        middle = timedelta(minutes=minutes)
        assert all(middle * 0.8 <= wait <= middle * 1.2 for wait in waits)
        assert max(waits) - min(waits) > middle * 0.2
    known = UUID(int=7)
    assert retry_after(3, known) == retry_after(3, UUID(int=7)), "it can be told beforehand"
    assert len({retry_after(attempt, known) / 4**attempt for attempt in range(1, 6)}) == 5
