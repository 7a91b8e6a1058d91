"""Hold a conversation with a key figure: complete when it is logged."""

from typing import Annotated

from pydantic import Field

from peergang.curriculum.kinds.base import KindSettings
from peergang.curriculum.rules import KeyFigure


class Settings(KindSettings):
    """With whom, and about which topics."""

    figures: Annotated[list[KeyFigure], Field(min_length=1)]
    topics: list[str] = []

    def topic_references(self) -> list[str]:
        """The topics to talk about."""
        return self.topics
