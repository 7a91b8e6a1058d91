"""What a portfolio is made of: reflections with their versions, and what others sent about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from peergang.coursework.queries.prompts import list_prompts
from peergang.coursework.rules.questions import feedback_questions
from peergang.identity.rules import full_name


class Written(NamedTuple):
    """One reflection of one's own. `draft` is what was not handed in yet."""

    reflection_id: UUID
    activity_title: str
    activity_title_en: str
    settings: dict[str, Any]
    kept_prompts: list[dict[str, Any]]
    module_code: str
    module_title: str
    module_title_en: str
    cohort_id: UUID
    cohort_name: str
    cohort_state: str
    enrolment_state: str
    state: str
    audience: str | None
    title: str
    draft: dict[str, str]
    state_since: datetime
    prompt_set: str

    @property
    def prompts(self) -> list[dict[str, Any]]:
        """The questions that are asked now, in order."""
        return list_prompts(self.settings, self.kept_prompts, self.prompt_set)

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """What a trainer looks at, in order."""
        return list(self.settings.get("criteria", []))


class OwnVersion(NamedTuple):
    """What was handed in; without its words on a page that does not show them."""

    version_id: UUID
    reflection_id: UUID
    number: int
    submitted_at: datetime
    title: str
    answers: dict[str, str]
    prompts: list[dict[str, Any]]


class Reply(NamedTuple):
    """What somebody sent about a version: a review (`decision` is set), or a peer's answers to `questions`.

    A peer may change feedback until it is read; `is_open` says that its words may be shown here. `asked` is what a peer was
    asked, frozen as they sent it; before that was kept, `settings` of the activity say so. `seen` is what they saw of the
    criteria.
    """

    version_id: UUID
    given_name: str
    particle: str
    family_name: str
    sent_at: datetime
    decision: str | None
    message: str
    content: dict[str, Any]
    settings: dict[str, Any] | None
    is_open: bool = True
    asked: dict[str, Any] = {}
    seen: dict[str, dict[str, str]] = {}

    @property
    def name(self) -> str:
        """Who wrote it."""
        return full_name(self.given_name, self.particle, self.family_name)

    @property
    def questions(self) -> list[Mapping[str, Any]]:
        """The questions a peer answered, in order."""
        return list(feedback_questions(self.asked if self.asked.get("questions") else self.settings))

    @property
    def asked_criteria(self) -> list[dict[str, Any]]:
        """The criteria a peer was asked about and said something of, in order."""
        return [one for one in self.asked.get("criteria", []) if one["slug"] in self.seen]


class Remark(NamedTuple):
    """A comment at the words of a version, that went out."""

    version_id: UUID
    given_name: str
    particle: str
    family_name: str
    quote: str
    body: str

    @property
    def name(self) -> str:
        """Who wrote it."""
        return full_name(self.given_name, self.particle, self.family_name)


@dataclass(slots=True)
class Entry:
    """A reflection with all that belongs to it: versions and replies with the latest first."""

    written: Written
    versions: list[OwnVersion] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    files: dict[UUID, list[str]] = field(default_factory=dict)
    """The names of the files at each version, read with the words."""

    @property
    def reviews(self) -> list[Reply]:
        """What trainers sent."""
        return [one for one in self.replies if one.decision is not None]

    @property
    def heading(self) -> str:
        """Its title, when it has one."""
        return (self.versions[0].title if self.versions else "") or self.written.title

    def number_of(self, version_id: UUID) -> int:
        """Which version that is."""
        return next((one.number for one in self.versions if one.version_id == version_id), 0)
