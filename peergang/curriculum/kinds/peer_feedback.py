"""Give peers feedback on their reflection: complete when enough of them were served."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from peergang.curriculum.kinds.base import KindSettings, Line, Slug, Strict


class Question(Strict):
    """A question that the reader answers about the reflection."""

    slug: Slug
    question: Line


class Settings(KindSettings):
    """About which reflection, to how many peers, with which questions, and which of its criteria peers look for."""

    about: Slug
    give: Annotated[int, Field(ge=1, le=5, strict=True)]
    questions: Annotated[list[Question], Field(min_length=1, max_length=6)]
    criteria: Literal[True] | list[Slug] | None = None

    @field_validator("questions")
    @classmethod
    def _distinct(cls, questions: list[Question]) -> list[Question]:
        if len({one.slug for one in questions}) != len(questions):
            raise ValueError("two questions have the same slug: rename one")
        return questions

    @field_validator("criteria", mode="before")
    @classmethod
    def _all_or_some(cls, criteria: Any) -> Any:
        if criteria is True or criteria is None:
            return criteria
        named = isinstance(criteria, list) and all(isinstance(one, str) for one in criteria)
        if not named or not criteria:
            raise ValueError("write true for all criteria of the reflection, or a list of their slugs")
        if len(set(criteria)) != len(criteria):
            raise ValueError("names a criterion twice: remove one")
        return criteria

    def activity_references(self) -> list[str]:
        """The reflection that is read."""
        return [self.about]

    def criterion_references(self) -> list[str]:
        """The criteria of that reflection that peers look for, when they are named one by one."""
        return self.criteria if isinstance(self.criteria, list) else []
