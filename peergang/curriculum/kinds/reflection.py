"""Write a reflection: complete when the trainer approved it."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from peergang.curriculum.kinds.base import KindSettings, Line, Slug, Strict


class Prompt(Strict):
    """A question to answer, with a hint and a guideline for the length in words."""

    slug: Slug
    question: Line
    hint: Line
    min_words: Annotated[int, Field(ge=0, le=2000, strict=True)]
    max_words: Annotated[int, Field(ge=1, le=5000, strict=True)]

    @model_validator(mode="after")
    def _in_order(self) -> "Prompt":
        if self.max_words < self.min_words:
            raise ValueError("max_words is less than min_words: swap them")
        return self


class Criterion(Strict):
    """What the trainer looks at."""

    slug: Slug
    label: Line
    description: Line


class Settings(KindSettings):
    """Prompts, review criteria, and whether peers read before the trainer does."""

    prompts: Annotated[list[Prompt], Field(min_length=1, max_length=8)]
    criteria: Annotated[list[Criterion], Field(min_length=1, max_length=8)]
    order: Literal["peers_first", "trainer_only"] = "peers_first"

    @model_validator(mode="after")
    def _distinct(self) -> "Settings":
        for name, items in (("prompts", self.prompts), ("criteria", self.criteria)):
            slugs = [item.slug for item in items]
            if len(set(slugs)) != len(slugs):
                raise ValueError(f"two {name} have the same slug: rename one")
        return self
