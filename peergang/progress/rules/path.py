"""One's own way through a programme: what is done, what one can do now, and what waits for somebody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from peergang.coursework.rules.phases import Phase
from peergang.curriculum.rules import ActivityKind


class Turn(StrEnum):
    """Whose turn it is. `ended`: the cohort is over and nothing is asked any more."""

    DONE = "done"
    OWN = "own"
    PEERS = "peers"
    TRAINER = "trainer"
    PLATFORM = "platform"
    TOGETHER = "together"
    LATER = "later"
    ENDED = "ended"


WAITS_ON_OTHERS = (Turn.PEERS, Turn.TRAINER, Turn.PLATFORM, Turn.TOGETHER)


@dataclass(frozen=True, slots=True)
class Stand:
    """What is known about one activity of one participant; `phase` is that of their reflection on it, if any."""

    kind: str
    opens_at: datetime
    due_at: datetime
    completed_at: datetime | None
    phase: str | None = None
    to_read: int = 0
    given: int = 0


def turn_of(one: Stand, now: datetime, *, ended: bool = False) -> Turn:
    """Whose turn it is for an activity."""
    if one.completed_at is not None:
        return Turn.DONE
    # Who handed in before the end still gets an answer.
    if ended and not (one.kind == ActivityKind.REFLECTION and one.phase == Phase.WITH_TRAINER):
        return Turn.ENDED
    if one.opens_at > now:
        return Turn.LATER
    return _turn_by_kind(one, now)


def _turn_by_kind(one: Stand, now: datetime) -> Turn:
    match one.kind:
        case ActivityKind.REFLECTION:
            return {Phase.WITH_PEERS: Turn.PEERS, Phase.WITH_TRAINER: Turn.TRAINER}.get(
                Phase(one.phase or Phase.WRITING), Turn.OWN
            )
        case ActivityKind.PEER_FEEDBACK if not one.to_read:
            return Turn.PLATFORM if one.given and one.due_at <= now else Turn.PEERS
        case ActivityKind.MEETING:
            return Turn.TRAINER if one.due_at <= now else Turn.LATER
        case ActivityKind.SCAN:
            return Turn.TOGETHER
    return Turn.OWN


@dataclass(frozen=True, slots=True)
class Counts:
    """How many activities of a path stand how. Only what is required makes the total; no more than all of it is done."""

    done: int
    required: int
    own: int
    others: int
    later: int


def count_turns(turns: Iterable[tuple[Turn, bool]]) -> Counts:
    """Add up the turns, each with whether its activity is required."""
    found = list(turns)
    return Counts(
        done=sum(turn is Turn.DONE and required for turn, required in found),
        required=sum(required for _, required in found),
        own=sum(turn is Turn.OWN and required for turn, required in found),
        others=sum(turn in WAITS_ON_OTHERS and required for turn, required in found),
        later=sum(turn is Turn.LATER and required for turn, required in found),
    )
