"""Methods for intervision: one file each below content/intervision, with the steps in the header.

They are read when they are first asked for and stay in memory: they belong to a version of the program, nobody's work
refers to their words, and a talk in progress knows only the number of its step.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from peergang.curriculum.content.document import Document
from peergang.curriculum.content.fixed import FOLDER, SlugHeader, Wrong, read_folder
from peergang.curriculum.content.markdown import plain, render
from peergang.curriculum.content.schema import Bilingual
from peergang.curriculum.kinds.base import Line, Minutes, Slug, Strict

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


class MethodHeader(SlugHeader):
    """Header of a method."""

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
    found = [
        Method(header=_typographic(header), body_html=render(body))
        for header, body in read_folder(content / "intervision", MethodHeader, _judge)
    ]
    return sorted(found, key=lambda one: (one.header.minutes, one.slug))


@cache
def list_methods() -> tuple[Method, ...]:
    """The methods that this version of the program brings along."""
    return tuple(read_methods(FOLDER))


def find_method(slug: str) -> Method | None:
    """One of them."""
    return next((one for one in list_methods() if one.slug == slug), None)


def _judge(document: Document, header: MethodHeader) -> Wrong:
    """What no single key can know."""
    wrong: Wrong = []
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
