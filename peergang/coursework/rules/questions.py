"""The questions of peer feedback when no activity brings its own, and which criteria peers look at."""

from collections.abc import Mapping, Sequence
from typing import Any

PLAIN_QUESTIONS: tuple[dict[str, str], ...] = ({"slug": "top"}, {"slug": "tip"})
"""Slugs alone: their words are in labels.py, because they are not content."""


def feedback_questions(settings: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    """The questions of a feedback activity with these settings; a strong point and a tip when there is none."""
    return (settings or {}).get("questions") or PLAIN_QUESTIONS


def feedback_criteria(
    settings: Mapping[str, Any] | None, about: Mapping[str, Any] | None
) -> Sequence[Mapping[str, Any]]:
    """The criteria of the reflection (its settings are `about`) that peers are asked about: all, some, or none."""
    wanted = (settings or {}).get("criteria")
    criteria: Sequence[Mapping[str, Any]] = (about or {}).get("criteria", [])
    if wanted is True:
        return criteria
    return [one for one in criteria if one["slug"] in (wanted or ())]
