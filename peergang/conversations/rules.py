"""Pure rules about conversations: what may be written down, and the order of the questions on a card."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import TypeVar

MAX_NOTES = 20_000
MAX_AGREEMENTS = 5_000
MAX_OWN_QUESTION = 300
CARD_SIZE = 4
"""Four questions are enough for half an hour; so many are chosen at first."""

OLDEST = timedelta(days=3 * 366)
NEWEST_FOLLOW_UP = timedelta(days=2 * 366)
"""Years further off are typing mistakes."""

T = TypeVar("T")


def date_problems(held_on: date, follow_up_on: date | None, today: date) -> dict[str, str]:
    """What is wrong with the dates of a conversation, as {field: code}; empty when nothing is."""
    problems = {}
    if held_on > today:
        problems["held_on"] = "in_future"
    elif held_on < today - OLDEST:
        problems["held_on"] = "too_long_ago"
    if follow_up_on is not None:
        if follow_up_on < held_on:
            problems["follow_up_on"] = "before_conversation"
        elif follow_up_on > today + NEWEST_FOLLOW_UP:
            problems["follow_up_on"] = "too_far_off"
    return problems


def choose_questions(offered: Sequence[T], wanted: Sequence[T], *, touched: bool) -> list[T]:
    """The questions on the card, in the order in which they were wanted; what is not offered falls away.

    Until somebody has touched the choice, the first few are taken.
    """
    if not touched:
        return list(offered[:CARD_SIZE])
    known = set(offered)
    return [one for one in dict.fromkeys(wanted) if one in known]


def moved(chosen: Sequence[T], one: T | None, *, up: bool) -> list[T]:
    """`chosen` with `one` a place further up or down; unchanged when it is not there or already at the end."""
    order = list(chosen)
    if one is None or one not in order:
        return order
    here = order.index(one)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    return order


def topic_key(programme_slug: str, code: str) -> str:
    """How a conversation names its topic: both programmes have a topic 1.1, and editions come and go."""
    return f"{programme_slug}/{code}"


def code_of(key: str) -> str:
    """The code in a topic's key: "2.5" of "peergang/2.5"."""
    return key.rpartition("/")[2]


def topics_to_ask(asked: Collection[str], known: Collection[str]) -> list[str]:
    """The topic codes of a request that belong to the module, so that a stale address still shows something."""
    return [code for code in known if code in asked]
