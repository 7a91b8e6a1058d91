"""Sets of questions that the author of a reflection may choose: one file each below content/reflection-sets.

They are read when they are first asked for and stay in memory. What was submitted keeps the words that it answers, so a
set may change from one version of the program to the next.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from peergang.curriculum.content.document import Document
from peergang.curriculum.content.fixed import FOLDER, SlugHeader, Wrong, read_folder
from peergang.curriculum.content.markdown import plain, render
from peergang.curriculum.content.schema import Bilingual
from peergang.curriculum.kinds.base import Slug, Strict


class SetPrompt(Strict):
    """One question, with a hint and a guideline for the length in words."""

    slug: Slug
    question: Bilingual
    hint: Bilingual
    min_words: Annotated[int, Field(ge=0, le=2000, strict=True)]
    max_words: Annotated[int, Field(ge=1, le=5000, strict=True)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max_words < self.min_words:
            raise ValueError("max_words is less than min_words: swap them")
        return self


class SetHeader(SlugHeader):
    """Header of a set."""

    title: Bilingual
    summary: Bilingual
    prompts: Annotated[list[SetPrompt], Field(min_length=1, max_length=8)]


class ReflectionSet(Strict):
    """A set with its explanation."""

    header: SetHeader
    body_html: str

    @property
    def slug(self) -> str:
        """What a reflection remembers of it."""
        return self.header.slug

    def prompts(self) -> list[dict[str, Any]]:
        """The questions as an activity has them, in both languages."""
        return [
            {
                "slug": one.slug,
                "question": plain(one.question.nl),
                "question_en": plain(one.question.en),
                "hint": plain(one.hint.nl),
                "hint_en": plain(one.hint.en),
                "min_words": one.min_words,
                "max_words": one.max_words,
            }
            for one in self.header.prompts
        ]


def read_sets(content: Path) -> list[ReflectionSet]:
    """Every set below `content`/reflection-sets, the best known first; none where that folder is absent.

    Raises:
        ContentError: with every mistake that was found, in all files.
    """
    found = read_folder(content / "reflection-sets", SetHeader, _judge)
    return [ReflectionSet(header=header, body_html=render(body)) for header, body in reversed(found)]


@cache
def list_sets() -> tuple[ReflectionSet, ...]:
    """The sets that this version of the program brings along."""
    return tuple(read_sets(FOLDER))


def find_set(slug: str) -> ReflectionSet | None:
    """One of them."""
    return next((one for one in list_sets() if one.slug == slug), None)


def _judge(document: Document, header: SetHeader) -> Wrong:
    """What no single key can know."""
    wrong: Wrong = []
    seen: set[str] = set()
    for number, prompt in enumerate(header.prompts):
        line = document.line_of(["prompts", number, "slug"])
        if not prompt.slug.startswith(f"{header.slug}-"):
            # Answers to all sets and to the activity are kept side by side, by these names.
            wrong.append((line, f"slug {prompt.slug!r} must start with {header.slug}-; rename it"))
        if prompt.slug in seen:
            wrong.append((line, f"slug {prompt.slug!r} is used twice; choose another"))
        seen.add(prompt.slug)
    return wrong
