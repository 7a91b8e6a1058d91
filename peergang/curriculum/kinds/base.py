"""What all kinds share: unknown keys are errors, and slugs have one shape."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
Minutes = Annotated[int, Field(ge=1, le=1200, strict=True)]


class Strict(BaseModel):
    """A part of a header in which a key we do not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KindSettings(Strict):
    """The keys of one kind of activity, besides those that every activity has."""

    def topic_references(self) -> list[str]:
        """Codes of topics that must exist in the same module."""
        return []

    def activity_references(self) -> list[str]:
        """Slugs of reflections that must exist in the same module."""
        return []

    def criterion_references(self) -> list[str]:
        """Slugs of criteria that must exist in the reflections that `activity_references` names."""
        return []
