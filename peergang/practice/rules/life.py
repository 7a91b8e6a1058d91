"""The life of a practice example and the fixed lists around it."""

from datetime import timedelta
from enum import StrEnum

from peergang.core.errors import Conflict


class ExampleState(StrEnum):
    """Life of a practice example."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    REVIEW_DUE = "review_due"
    ARCHIVED = "archived"


class Sector(StrEnum):
    """The sectors of vocational education, as the library groups them."""

    ALL = "all"
    ECONOMY = "economy"
    GREEN = "green"
    TECHNOLOGY = "technology"
    CARE = "care"


class Licence(StrEnum):
    """Under which terms an example is shared."""

    CC_BY = "cc-by-4.0"
    CC_BY_SA = "cc-by-sa-4.0"
    NETWORK = "network"


class Outcome(StrEnum):
    """How it went for somebody who tried an example; a failure is as welcome as a success."""

    WORKED = "worked"
    PARTLY = "partly"
    DID_NOT = "did_not"


TRANSITIONS = {
    ExampleState.DRAFT: {ExampleState.SUBMITTED, ExampleState.PUBLISHED},
    ExampleState.SUBMITTED: {ExampleState.PUBLISHED, ExampleState.RETURNED},
    ExampleState.RETURNED: {ExampleState.DRAFT, ExampleState.PUBLISHED},
    ExampleState.PUBLISHED: {ExampleState.REVIEW_DUE, ExampleState.ARCHIVED, ExampleState.DRAFT},
    ExampleState.REVIEW_DUE: {ExampleState.PUBLISHED, ExampleState.ARCHIVED, ExampleState.DRAFT},
    ExampleState.ARCHIVED: set[ExampleState](),
}

VISIBLE = (ExampleState.PUBLISHED, ExampleState.REVIEW_DUE)
"""The states in which everyone in the network finds an example."""

REVIEW_AFTER = timedelta(days=365)
"""After a year somebody looks whether the example still holds."""


def next_state(state: str, wanted: ExampleState) -> ExampleState:
    """`wanted`, when an example in `state` may become that.

    Raises:
        Conflict: `example_state` when it may not.
    """
    if wanted not in TRANSITIONS[ExampleState(state)]:
        raise Conflict("example_state", state=state, wanted=str(wanted))
    return wanted
