"""The words of the demo: YAML under texts/, read into typed records. A key that is not known here is an error."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FOLDER = Path(__file__).parent / "texts"


class _Text(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Remark(_Text):
    """A comment at words of an answer; `answer` counts from 1, and `quote` stands in it word for word."""

    answer: int
    quote: str
    body: str


class FirstVersion(_Text):
    """How an answer read before the trainer asked for more, and what the trainer asked."""

    answer: int
    text: str
    message: str


class ReflectionText(_Text):
    """One reflection: answers in the order of the prompts, and what others said about it.

    `by` is the person of the running cohort whose story it is; without it, anybody's. `prompt_set` is the set of questions
    that they chose instead of the activity's.
    """

    title: str
    by: str = ""
    prompt_set: str = ""
    answers: tuple[str, ...]
    feedback: tuple[str, str, str]
    trainer: str
    comment: Remark | None = None
    first: FirstVersion | None = None


class ConversationText(_Text):
    """Notes of a conversation, for their writer alone."""

    notes: str
    agreements: str = ""


class Tried(_Text):
    """How it went for somebody who tried an example."""

    who: str
    outcome: str
    note: str


class ExampleText(_Text):
    """A practice example. `activity` is the slug of the activity it was written for."""

    by: str
    activity: str = ""
    title: str
    summary: str
    context: str
    goal: str = ""
    approach: str
    result: str
    learned: str
    conditions: str = ""
    main_question: str
    topic: str = ""
    themes: tuple[str, ...] = ()
    sector: str = "all"
    tags: tuple[str, ...] = ()
    licence: str = "cc-by-sa-4.0"
    draft: bool = False
    tried: tuple[Tried, ...] = ()

    def values(self) -> dict[str, object]:
        """The fields as the library's use cases take them."""
        names = ("title", "summary", "context", "goal", "approach", "result", "learned", "conditions")
        texts: dict[str, object] = {name: getattr(self, name).strip() for name in names}
        return texts | {
            "main_question": self.main_question or None,
            "topic_code": self.topic or None,
            "themes": list(self.themes),
            "sector": self.sector,
            "tags": list(self.tags),
            "licence": self.licence,
        }


class Words(_Text):
    """Everything that people in the demo write."""

    reflections: Mapping[str, tuple[ReflectionText, ...]]
    feedback: tuple[tuple[str, str, str], ...]
    conversations: Mapping[str, tuple[ConversationText, ...]]
    examples: tuple[ExampleText, ...]


@cache
def read_words() -> Words:
    """Read all texts.

    Raises:
        pydantic.ValidationError: a file has a key or a shape that is not known.
    """
    return Words.model_validate(
        {
            "reflections": {
                path.stem: _read(path) for path in sorted((FOLDER / "reflections").glob("*.yaml"))
            },
            "feedback": _read(FOLDER / "feedback.yaml"),
            "conversations": _read(FOLDER / "conversations.yaml"),
            "examples": [one for path in sorted((FOLDER / "examples").glob("*.yaml")) for one in _read(path)],
        }
    )


def _read(path: Path) -> Any:
    # The loader in C is safe too, and ten times as fast.
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506
