"""Sets of questions that the author of a reflection may choose: one file each below content/reflection-sets.

They are read when they are first asked for and stay in memory. What was submitted keeps the words that it answers, so a
set may change from one version of the program to the next.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from peergang.curriculum.content.document import BrokenFile, Document, Mistake, read_document, validate
from peergang.curriculum.content.markdown import plain, render
from peergang.curriculum.content.schema import Bilingual
from peergang.curriculum.content.source import ContentError
from peergang.curriculum.kinds.base import Slug, Strict

FOLDER = Path(__file__).parents[3] / "content"


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


class SetHeader(Strict):
    """Header of a set."""

    slug: Slug
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
    mistakes: list[Mistake] = []
    paths = sorted((content / "reflection-sets").glob("*.md"), reverse=True)
    found = [_read(path, mistakes) for path in paths]
    if mistakes:
        raise ContentError(sorted(mistakes))
    return [one for one in found if one]


@cache
def list_sets() -> tuple[ReflectionSet, ...]:
    """The sets that this version of the program brings along."""
    return tuple(read_sets(FOLDER))


def find_set(slug: str) -> ReflectionSet | None:
    """One of them."""
    return next((one for one in list_sets() if one.slug == slug), None)


def _read(path: Path, mistakes: list[Mistake]) -> ReflectionSet | None:
    name = f"reflection-sets/{path.name}"
    try:
        document = read_document(path)
        header = validate(SetHeader, document)
    except BrokenFile as error:
        mistakes.append(Mistake(name, error.line, error.text))
        return None
    except ValidationError as error:
        mistakes.extend(document.mistakes(error, name))
        return None
    mistakes.extend(Mistake(name, line, text) for line, text in _judge(path, document, header))
    return ReflectionSet(header=header, body_html=render(document.body))


def _judge(path: Path, document: Document, header: SetHeader) -> list[tuple[int, str]]:
    """What no single key can know."""
    wrong = []
    if not document.body:
        wrong.append((document.body_line, "has no text below its header; write it"))
    if header.slug != path.stem:
        wrong.append(
            (document.line_of(["slug"]), f"slug {header.slug!r} is not the name of the file; make them equal")
        )
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
