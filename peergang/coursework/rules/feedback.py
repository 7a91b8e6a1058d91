"""What a peer may fill in about a reflection, what it still lacks, and what its receiver may say of it.

Words, never marks: nothing here is counted, averaged or ranked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from peergang.coursework.rules.drafts import ANSWER_PREFIX, answers_missing, answers_too_long, clean_text
from peergang.coursework.rules.questions import feedback_criteria, feedback_questions

CRITERION_PREFIX, WHERE_PREFIX = "criterion-", "where-"
"""What the names of a form's fields start with: how clearly a criterion was seen, and where."""

MAX_WHERE_LENGTH = 2_000
MAX_NOTE_LENGTH = 2_000
MAX_THANKS_LENGTH = 2_000


class Seen(StrEnum):
    """How clearly a peer sees a criterion in the text. No judgement: that is the trainer's."""

    CLEARLY = "clearly"
    PARTLY = "partly"
    NOT_FOUND = "not_found"


class Helpfulness(StrEnum):
    """What feedback was worth to its receiver."""

    HELPED = "helped"
    A_BIT = "a_bit"
    NOT_REALLY = "not_really"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a peer is asked: questions with a slug (and words, unless they are the plain ones), and criteria with a slug
    and a label.
    """

    questions: Sequence[Mapping[str, Any]]
    criteria: Sequence[Mapping[str, Any]] = ()

    def to_keep(self) -> dict[str, Any]:
        """What is kept with feedback that is sent, so that it stays readable whatever the content says later."""
        return {"questions": [dict(one) for one in self.questions], "criteria": _labels(self.criteria)}


@dataclass(frozen=True, slots=True)
class FeedbackText:
    """What a peer filled in: answers by question, and by criterion how it was `seen` and `where`."""

    answers: Mapping[str, str] = field(default_factory=dict)
    criteria: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def _labels(criteria: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"slug": one["slug"], "label": one["label"]} for one in criteria]


def what_is_asked(settings: Mapping[str, Any] | None, about: Mapping[str, Any] | None) -> Asked:
    """What a feedback activity with these settings asks about a reflection with the settings `about`."""
    return Asked(feedback_questions(settings), feedback_criteria(settings, about))


def what_was_asked(kept: Mapping[str, Any], now: Asked) -> Asked:
    """What was asked when feedback was sent; what is asked `now` when nothing was kept."""
    if not kept.get("questions"):
        return now
    return Asked(kept["questions"], kept.get("criteria", []))


def clean_criteria(
    given: Mapping[str, Mapping[str, str]], criteria: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, str]]:
    """What was said of the criteria asked, in their order; the empty ones and anything else are dropped."""
    said = {}
    for slug in (one["slug"] for one in criteria):
        seen = given.get(slug, {}).get("seen", "")
        where = clean_text(given.get(slug, {}).get("where", ""))
        if seen or where:
            said[slug] = {"seen": seen, "where": where}
    return said


def save_problems(answers: Mapping[str, str], criteria: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Why this cannot be stored, by form field; empty when it can."""
    problems = answers_too_long(answers)
    for slug, said in criteria.items():
        if said["seen"] and said["seen"] not in set(Seen):
            problems[CRITERION_PREFIX + slug] = "seen_unknown"
        if len(said["where"]) > MAX_WHERE_LENGTH:
            problems[WHERE_PREFIX + slug] = "too_long"
    return problems


def send_problems(
    answers: Mapping[str, str], criteria: Mapping[str, Mapping[str, str]], asked: Asked
) -> dict[str, str]:
    """Why this cannot be sent, by form field. Criteria may be passed over, but a place without a choice says nothing."""
    problems = answers_missing(answers, asked.questions)
    for slug, said in criteria.items():
        if said["where"].strip() and not said["seen"]:
            problems[CRITERION_PREFIX + slug] = "seen_missing"
    return problems


def fields_of(text: FeedbackText) -> dict[str, str]:
    """What was filled in, by the names of the form's fields."""
    fields = {ANSWER_PREFIX + slug: answer for slug, answer in text.answers.items()}
    return fields | criteria_fields(text.criteria)


def criteria_fields(criteria: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What was said of the criteria, by the names of the form's fields."""
    fields = {}
    for slug, said in criteria.items():
        fields[CRITERION_PREFIX + slug] = said.get("seen", "")
        fields[WHERE_PREFIX + slug] = said.get("where", "")
    return fields


def criteria_of(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What was said of the criteria, from the names of a form's fields."""
    said: dict[str, dict[str, str]] = {}
    for prefix, name in ((CRITERION_PREFIX, "seen"), (WHERE_PREFIX, "where")):
        for key, value in fields.items():
            if key.startswith(prefix) and value:
                said.setdefault(key.removeprefix(prefix), {})[name] = value
    return said
