"""A version as it is read: its answers cut into paragraphs, with the comments at their words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peergang.coursework.queries.comments import ShownComment
from peergang.coursework.rules.anchors import Paragraph, Quote, cut, find_quote


@dataclass(frozen=True, slots=True)
class Section:
    """One question with its answer."""

    number: int
    slug: str
    question: str
    paragraphs: list[Paragraph]


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole version; `comments` by the number they carry on the page."""

    sections: list[Section]
    comments: dict[int, ShownComment] = field(default_factory=dict)

    def numbers(self) -> list[int]:
        """The numbers of all paragraphs."""
        return [one.number for section in self.sections for one in section.paragraphs]


def make_reading(
    prompts: Sequence[Mapping[str, Any]], answers: Mapping[str, str], comments: Sequence[ShownComment] = ()
) -> Reading:
    """The version for the page. Comments are numbered in the order in which a reader meets them."""
    numbered = dict(enumerate(sorted(comments, key=_place(prompts, answers)), start=1))
    sections, first = [], 1
    for position, prompt in enumerate(prompts, start=1):
        quotes = {
            number: Quote(one.quote, one.prefix, one.suffix)
            for number, one in numbered.items()
            if one.prompt == prompt["slug"]
        }
        paragraphs = cut(answers.get(prompt["slug"], ""), quotes, first)
        first += len(paragraphs)
        sections.append(Section(position, prompt["slug"], prompt["question"], paragraphs))
    return Reading(sections, numbered)


def _place(prompts: Sequence[Mapping[str, Any]], answers: Mapping[str, str]) -> Any:
    order = {prompt["slug"]: position for position, prompt in enumerate(prompts)}

    def place(one: ShownComment) -> tuple[int, int]:
        text = answers.get(one.prompt, "")
        span = find_quote(text, Quote(one.quote, one.prefix, one.suffix))
        return order.get(one.prompt, len(order)), span[1] if span else len(text) + 1

    return place
