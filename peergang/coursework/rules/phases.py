"""Where a reflection is on its way: writing, the group, revising, the trainer. See docs/decisions/0026-peers-first.md."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from peergang.coursework.rules import PEER_AUDIENCES, Audience, ReflectionState
from peergang.coursework.rules.allocation import GRACE, count_needed, term_of

TIME_TO_REVISE = timedelta(days=7)
"""So long the author has once the feedback is in; then what was handed in goes on to the trainer by itself."""

TRAINER_ONLY = "trainer_only"
"""In the content: this reflection goes to the trainer at once."""


class Phase(StrEnum):
    """Where a reflection is. `own` is what nobody else is to read: kept for oneself, or withdrawn."""

    WRITING = "writing"
    WITH_PEERS = "with_peers"
    REVISING = "revising"
    WITH_TRAINER = "with_trainer"
    RETURNED = "returned"
    DONE = "done"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Peers:
    """What the group is to do for a reflection, and what it did.

    `give` is None when no activity asks for feedback on it. `mates` are who share the group with the author now, and
    `asked_at` is when the trainer asked one of them by name, who did not react yet.
    """

    order: str | None
    give: int | None
    mates: int
    sent: int = 0
    last_sent_at: datetime | None = None
    submitted_at: datetime | None = None
    due_at: datetime | None = None
    asked_at: datetime | None = None

    @property
    def needed(self) -> int:
        """How many readers it gets."""
        return count_needed(self.give or 0, self.mates + 1)

    @property
    def gap_at(self) -> datetime | None:
        """From when nobody waits for the group any more; None as long as nothing was handed in."""
        if self.submitted_at is None:
            return None
        return term_of(self.due_at, max(self.submitted_at, self.asked_at or self.submitted_at)) + GRACE


def come_first(peers: Peers, audience: str | None) -> bool:
    """Whether the group reads it before the trainer does: the activity asks so, the author lets them, and there is a group."""
    return (
        audience in PEER_AUDIENCES
        and peers.order != TRAINER_ONLY
        and peers.give is not None
        and (peers.needed > 0 or peers.sent > 0)
    )


def settled_at(peers: Peers, now: datetime) -> datetime | None:
    """Since when all feedback that can be expected is in; None while it is not, and when nothing came at all.

    With too few readers it is what came until the group's time was over.
    """
    if not peers.sent:
        return None
    if peers.sent >= peers.needed:
        return peers.last_sent_at
    return peers.gap_at if peers.gap_at and peers.gap_at <= now else None


def may_hand_on(phase: Phase, peers: Peers, now: datetime) -> bool:
    """Whether the author may send it on to the trainer as it is: the feedback is in, the group had its time and one of them
    at least reacted, or nobody waits for the group any more.
    """
    if phase != Phase.WITH_PEERS or peers.submitted_at is None:
        return phase == Phase.REVISING
    if peers.gap_at is not None and peers.gap_at <= now:
        return True
    return peers.sent > 0 and term_of(peers.due_at, peers.submitted_at) <= now


def goes_on(audience: str | None, peers: Peers, now: datetime) -> bool:
    """Whether what waits with the group is the trainer's by now without the author doing anything.

    Where nobody reacted and no trainer saw to it either, that is as long after the group's time was over.
    """
    if not come_first(peers, audience):
        return True
    since = settled_at(peers, now) if peers.sent else peers.gap_at
    return since is not None and since + TIME_TO_REVISE <= now


def phase_of(
    state: str, audience: str | None, for_trainer_at: datetime | None, peers: Peers, now: datetime
) -> Phase:
    """Where a reflection in this state is."""
    match state:
        case ReflectionState.DRAFT:
            return Phase.OWN if audience == Audience.PRIVATE else Phase.WRITING
        case ReflectionState.WITHDRAWN:
            return Phase.OWN
        case ReflectionState.IN_REVIEW:
            return Phase.WITH_TRAINER
        case ReflectionState.RETURNED:
            return Phase.RETURNED
        case ReflectionState.APPROVED:
            return Phase.DONE
    if for_trainer_at is not None:
        return Phase.WITH_TRAINER
    return Phase.WITH_PEERS if settled_at(peers, now) is None else Phase.REVISING
