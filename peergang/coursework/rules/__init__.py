"""The life of a reflection: states, who may read it, and which step is allowed when."""

from enum import StrEnum

from peergang.core.errors import Conflict


class ReflectionState(StrEnum):
    """Life of a reflection. Peers give feedback while it is `submitted`; a trainer who opens it makes it `in_review`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Audience(StrEnum):
    """Who may read the submitted versions, chosen by the author (invariant 3). Each holds the one before it."""

    PRIVATE = "private"
    TRAINER = "trainer"
    PEER_GROUP = "peer_group"
    COHORT = "cohort"


class Decision(StrEnum):
    """What a trainer decides. `talk_first` leaves the reflection in review until they have spoken."""

    APPROVE = "approve"
    RETURN = "return"
    TALK_FIRST = "talk_first"


class Judgement(StrEnum):
    """How far a criterion is met."""

    NOT_YET = "not_yet"
    PARTLY = "partly"
    YES = "yes"


class Step(StrEnum):
    """Everything that can happen to a reflection."""

    SUBMIT = "submit"
    OPEN_REVIEW = "open_review"
    TAKE_OVER = "take_over"
    RELEASE = "release"
    TALK_FIRST = "talk_first"
    RETURN = "return"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


TRANSITIONS: dict[tuple[ReflectionState, Step], ReflectionState] = {
    (ReflectionState.DRAFT, Step.SUBMIT): ReflectionState.SUBMITTED,
    (ReflectionState.RETURNED, Step.SUBMIT): ReflectionState.SUBMITTED,
    (ReflectionState.SUBMITTED, Step.SUBMIT): ReflectionState.SUBMITTED,
    (ReflectionState.SUBMITTED, Step.OPEN_REVIEW): ReflectionState.IN_REVIEW,
    (ReflectionState.IN_REVIEW, Step.TAKE_OVER): ReflectionState.IN_REVIEW,
    (ReflectionState.IN_REVIEW, Step.RELEASE): ReflectionState.SUBMITTED,
    (ReflectionState.IN_REVIEW, Step.TALK_FIRST): ReflectionState.IN_REVIEW,
    (ReflectionState.IN_REVIEW, Step.RETURN): ReflectionState.RETURNED,
    (ReflectionState.IN_REVIEW, Step.APPROVE): ReflectionState.APPROVED,
    (ReflectionState.DRAFT, Step.WITHDRAW): ReflectionState.WITHDRAWN,
    (ReflectionState.SUBMITTED, Step.WITHDRAW): ReflectionState.WITHDRAWN,
    (ReflectionState.WITHDRAWN, Step.REOPEN): ReflectionState.DRAFT,
}

STEP_OF_DECISION = {
    Decision.APPROVE: Step.APPROVE,
    Decision.RETURN: Step.RETURN,
    Decision.TALK_FIRST: Step.TALK_FIRST,
}

EDITABLE = frozenset({ReflectionState.DRAFT, ReflectionState.SUBMITTED, ReflectionState.RETURNED})
"""The states in which the author may go on writing: an unsent improvement of a submitted version is a draft beside it."""

READABLE = frozenset(
    {
        ReflectionState.SUBMITTED,
        ReflectionState.IN_REVIEW,
        ReflectionState.RETURNED,
        ReflectionState.APPROVED,
    }
)
"""The states in which others than the author may read the submitted versions, as far as the audience goes."""

WAITING = frozenset({ReflectionState.SUBMITTED, ReflectionState.IN_REVIEW})
"""The states in which a trainer is expected to answer."""

PEER_AUDIENCES = frozenset({Audience.PEER_GROUP, Audience.COHORT})
"""The audiences that hold the author's peer group."""


def next_state(state: str, step: Step) -> ReflectionState:
    """The state after `step`.

    Raises:
        Conflict: `reflection_state` when the step is not in the transition table.
    """
    try:
        return TRANSITIONS[ReflectionState(state), step]
    except KeyError:
        raise Conflict("reflection_state", state=state, step=str(step)) from None


def audiences_in(state: str) -> tuple[Audience, ...]:
    """What an author may choose in this state, the smallest circle first.

    Who waits for a trainer cannot hide the text from that trainer; withdrawing it is the way.
    """
    if state in WAITING:
        return (Audience.TRAINER, Audience.PEER_GROUP, Audience.COHORT)
    return tuple(Audience)
