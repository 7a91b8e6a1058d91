"""Pure rules of the library: the life of an example, and what a search means."""

from peergang.practice.rules.life import (
    REVIEW_AFTER,
    TRANSITIONS,
    VISIBLE,
    ExampleState,
    Licence,
    Outcome,
    Sector,
    next_state,
)

__all__ = [
    "REVIEW_AFTER",
    "TRANSITIONS",
    "VISIBLE",
    "ExampleState",
    "Licence",
    "Outcome",
    "Sector",
    "next_state",
]
