"""Come to the meeting: complete when attendance was recorded as present."""

from typing import Annotated

from pydantic import Field

from peergang.curriculum.kinds.base import KindSettings, Line, Minutes, Strict


class AgendaItem(Strict):
    """A part of the meeting and how long it takes."""

    title: Line
    minutes: Minutes


class Settings(KindSettings):
    """What is done in the meeting and what to bring."""

    agenda: Annotated[list[AgendaItem], Field(min_length=1)]
    bring: list[Line] = []
