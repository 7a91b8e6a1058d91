"""What may stand in a draft, and what it lacks before it can be submitted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peergang.coursework.rules import Audience

MAX_TITLE_LENGTH = 200
MAX_ANSWER_LENGTH = 100_000
"""Characters in one answer: twenty times a long reflection, and far below what would slow a page down."""
MAX_MESSAGE_LENGTH = 20_000
MAX_COMMENT_LENGTH = 5_000

ANSWER_PREFIX = "answer-"
"""What the name of a form's field for an answer starts with; static/js/draft-form.js knows it too."""

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class DraftText:
    """What an author has on the screen: title, audience ("" when none is chosen yet), and an answer per prompt slug.

    `prompt_set` is the set of questions they chose, "" for those of the activity; None leaves it as it is.
    """

    title: str = ""
    audience: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    prompt_set: str | None = None


def clean_text(text: str) -> str:
    """`text` with one kind of line end, and without the few characters that PostgreSQL cannot store."""
    return _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_answers(answers: Mapping[str, str], known: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What was answered to the questions we know, in their order; anything else that was sent is dropped."""
    return {one["slug"]: clean_text(answers[one["slug"]]) for one in known if one["slug"] in answers}


def count_words(text: str) -> int:
    """Words as a reader counts them: runs without white space."""
    return len(text.split())


def answers_too_long(answers: Mapping[str, str]) -> dict[str, str]:
    """The problems of answers that cannot be stored, by form field."""
    return {
        ANSWER_PREFIX + slug: "too_long" for slug, text in answers.items() if len(text) > MAX_ANSWER_LENGTH
    }


def answers_missing(answers: Mapping[str, str], questions: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The problems of questions without an answer, by form field."""
    return {
        ANSWER_PREFIX + one["slug"]: "empty" for one in questions if not answers.get(one["slug"], "").strip()
    }


def draft_problems(
    title: str, answers: Mapping[str, str], audience: str, allowed: Sequence[Audience]
) -> dict[str, str]:
    """Why a draft cannot be saved, by form field; empty when it can. An unfinished draft is no problem, but what waits
    for a trainer keeps readers: where "only me" may not be chosen, nothing may not be either.
    """
    problems = answers_too_long(answers)
    if len(title) > MAX_TITLE_LENGTH:
        problems["title"] = "too_long"
    if not audience and Audience.PRIVATE not in allowed:
        problems["audience"] = "audience_missing"
    elif audience and audience not in allowed:
        problems["audience"] = "audience_not_now"
    return problems


def submit_problems(
    title: str, answers: Mapping[str, str], audience: str | None, questions: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """Why a stored draft cannot be submitted, by form field, in the order of the page; empty when it can."""
    problems: dict[str, str] = {}
    if not audience:
        problems["audience"] = "audience_missing"
    elif audience == Audience.PRIVATE:
        problems["audience"] = "audience_private"
    if not title.strip():
        problems["title"] = "title_missing"
    return problems | answers_missing(answers, questions)
