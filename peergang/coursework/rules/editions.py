"""Questions of an earlier edition that somebody may have answered."""

from collections.abc import Mapping, Sequence
from typing import Any

Prompt = Mapping[str, Any]


def kept_prompts(before: Sequence[Prompt], now: Sequence[Prompt]) -> list[dict[str, Any]]:
    """The prompts of `before` that are not asked any more, each once and without a demand on their length."""
    asked = {one["slug"] for one in now}
    gone = {one["slug"]: {**one, "min_words": 0} for one in before if one["slug"] not in asked}
    return list(gone.values())


def all_prompts(now: Sequence[Prompt], kept: Sequence[Prompt]) -> list[dict[str, Any]]:
    """The questions of a reflection: those that are asked, then those that were."""
    asked = {one["slug"] for one in now}
    return [dict(one) for one in now] + [dict(one) for one in kept if one["slug"] not in asked]
