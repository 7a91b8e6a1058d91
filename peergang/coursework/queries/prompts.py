"""Which questions a reflection answers: those of its activity, or of the set that the author chose."""

from collections.abc import Mapping, Sequence
from typing import Any

from peergang.coursework.rules.editions import all_prompts
from peergang.curriculum.content.reflection_sets import find_set, list_sets

Prompts = list[dict[str, Any]]


def list_prompts(
    settings: Mapping[str, Any], kept: Sequence[Mapping[str, Any]] | None, prompt_set: str | None
) -> Prompts:
    """What is asked, in order; those of the activity when no set is chosen, or one that is there no more."""
    chosen = find_set(prompt_set or "")
    if chosen:
        return chosen.prompts()
    return all_prompts(settings.get("prompts", []), kept or ())


def list_required(settings: Mapping[str, Any], prompt_set: str | None) -> Prompts:
    """What must be answered before submitting."""
    return list_prompts(settings, (), prompt_set)


def list_known(settings: Mapping[str, Any], kept: Sequence[Mapping[str, Any]] | None) -> Prompts:
    """Every question that a draft may hold an answer to: changing to another set and back loses nothing."""
    return all_prompts(settings.get("prompts", []), kept or ()) + [
        prompt for one in list_sets() for prompt in one.prompts()
    ]


def freeze(prompts: Sequence[Mapping[str, Any]]) -> Prompts:
    """What of the questions stays with a version."""
    keys = ("slug", "question", "question_en", "hint", "hint_en")
    return [{key: one[key] for key in keys if one.get(key)} for one in prompts]
