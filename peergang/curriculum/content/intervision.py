"""Methods for intervision: one file each below content/intervision, with the steps in the header.

They are read when they are first asked for and stay in memory: they belong to a version of the program, nobody's work
refers to their words, and a talk in progress knows only the number of its step.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from peergang.curriculum.content.document import BrokenFile, Document, Mistake, read_document, validate
from peergang.curriculum.content.markdown import plain, render
from peergang.curriculum.content.schema import Bilingual
from peergang.curriculum.content.source import ContentError
from peergang.curriculum.kinds.base import Line, Minutes, Slug, Strict

FOLDER = Path(__file__).parents[3] / "content"
Number = Annotated[int, Field(ge=2, le=30, strict=True)]


class People(Strict):
    """How many people a method needs."""

    min: Number
    max: Number

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max < self.min:
            raise ValueError("max is less than min; correct one of both")
        return self


class Step(Strict):
    """One round: who speaks and what to do."""

    slug: Slug
    title: Bilingual
    minutes: Minutes
    speaks: Literal["everybody", "bringer", "others", "nobody"]
    instruction: Annotated[Line, Field(max_length=600)]


class MethodHeader(Strict):
    """Header of a method."""

    slug: Slug
    title: Bilingual
    summary: Bilingual
    people: People
    minutes: Minutes
    steps: Annotated[list[Step], Field(min_length=2, max_length=20)]


class Method(Strict):
    """A method with its explanation."""

    header: MethodHeader
    body_html: str

    @property
    def slug(self) -> str:
        """What a talk remembers of it."""
        return self.header.slug

    def step(self, number: int) -> Step:
        """The step with this number from 0, or the last when the method has become shorter."""
        return self.header.steps[min(number, len(self.header.steps) - 1)]


def read_methods(content: Path) -> list[Method]:
    """Every method below `content`/intervision, the shortest first; none where that folder is absent.

    Raises:
        ContentError: with every mistake that was found, in all files.
    """
    mistakes: list[Mistake] = []
    found = [_read(path, mistakes) for path in sorted((content / "intervision").glob("*.md"))]
    if mistakes:
        raise ContentError(sorted(mistakes))
    return sorted((one for one in found if one), key=lambda one: (one.header.minutes, one.slug))


@cache
def list_methods() -> tuple[Method, ...]:
    """The methods that this version of the program brings along."""
    return tuple(read_methods(FOLDER))


def find_method(slug: str) -> Method | None:
    """One of them."""
    return next((one for one in list_methods() if one.slug == slug), None)


def _read(path: Path, mistakes: list[Mistake]) -> Method | None:
    name = f"intervision/{path.name}"
    try:
        document = read_document(path)
        header = validate(MethodHeader, document)
    except BrokenFile as error:
        mistakes.append(Mistake(name, error.line, error.text))
        return None
    except ValidationError as error:
        mistakes.extend(document.mistakes(error, name))
        return None
    mistakes.extend(Mistake(name, line, text) for line, text in _judge(path, document, header))
    return Method(header=_typographic(header), body_html=render(document.body))


def _judge(path: Path, document: Document, header: MethodHeader) -> list[tuple[int, str]]:
    """What no single key can know."""
    wrong = []
    if not document.body:
        wrong.append((document.body_line, "has no text below its header; write it"))
    if header.slug != path.stem:
        wrong.append(
            (document.line_of(["slug"]), f"slug {header.slug!r} is not the name of the file; make them equal")
        )
    total = sum(step.minutes for step in header.steps)
    if total != header.minutes:
        wrong.append(
            (document.line_of(["minutes"]), f"minutes is {header.minutes}, but the steps take {total}")
        )
    seen: set[str] = set()
    for number, step in enumerate(header.steps):
        if step.slug in seen:
            line = document.line_of(["steps", number, "slug"])
            wrong.append((line, f"slug {step.slug!r} is used twice; choose another"))
        seen.add(step.slug)
    return wrong


def _typographic(header: MethodHeader) -> MethodHeader:
    steps = [step.model_copy(update={"instruction": plain(step.instruction)}) for step in header.steps]
    return header.model_copy(update={"steps": steps})
