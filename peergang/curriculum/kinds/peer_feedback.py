"""Give peers feedback on their reflection: complete when enough of them were served."""

from typing import Annotated

from pydantic import Field

from peergang.curriculum.kinds.base import KindSettings, Line, Slug, Strict


class Question(Strict):
    """A question that the reader answers about the reflection."""

    slug: Slug
    question: Line


class Settings(KindSettings):
    """About which reflection, to how many peers, and with which questions."""

    about: Slug
    give: Annotated[int, Field(ge=1, le=5, strict=True)]
    questions: Annotated[list[Question], Field(min_length=1, max_length=6)]

    def activity_references(self) -> list[str]:
        """The reflection that is read."""
        return [self.about]
