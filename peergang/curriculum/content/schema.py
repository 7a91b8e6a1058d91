"""What each kind of content file must hold in its header; docs/content.md says the same in words."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from peergang.curriculum.kinds.base import KindSettings, Line, Minutes, Slug, Strict
from peergang.curriculum.rules import ActivityKind, KeyFigure, Phase, Theme

MainQuestion = Literal["1", "2a", "2b", "3", "4"]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}[a-z]?$")]
TopicCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}\.[0-9]{1,2}$")]


class Bilingual(Strict):
    """A text in both languages."""

    nl: Line
    en: Line


class CertificateHeader(Strict):
    """What earns the certificate of a programme, and what stands on it. Shares are percentages; 0 asks for nothing."""

    hours: Annotated[int, Field(ge=1, le=2000, strict=True)]
    activities: Annotated[int, Field(ge=0, le=100, strict=True)]
    meetings: Annotated[int, Field(ge=0, le=100, strict=True)]
    examples: Annotated[int, Field(ge=0, le=20, strict=True)]
    outcomes: Annotated[list[Bilingual], Field(min_length=1, max_length=8)]

    @model_validator(mode="after")
    def asks_something(self) -> "CertificateHeader":
        """Raise ValueError when everybody would have it from the first day."""
        if not (self.activities or self.meetings or self.examples):
            raise ValueError("asks for nothing; give activities, meetings or examples more than 0")
        return self


class ProgrammeHeader(Strict):
    """Header of programme.md."""

    slug: Slug
    title: Bilingual
    summary: Bilingual
    sign: Literal["peergang", "masterclass"]
    certificate: CertificateHeader | None = None


class ReadingHeader(Strict):
    """A publication in the header of module.md."""

    slug: Slug
    title: Line
    organisation: Line
    gain: Line
    minutes: Minutes | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$")] | None = None


class ModuleHeader(Strict):
    """Header of module.md."""

    slug: Slug
    code: Code
    title: Bilingual
    question: Bilingual
    summary: Bilingual
    main_question: MainQuestion | None = None
    success_factor: Annotated[int, Field(ge=1, le=6, strict=True)] | None = None
    readings: list[ReadingHeader] = []


class QuestionHeader(Strict):
    """A conversation question in the header of a topic."""

    slug: Slug
    figure: KeyFigure
    theme: Theme
    text: Annotated[Line, StringConstraints(pattern=r".*\?$")]


class TopicHeader(Strict):
    """Header of topics/*.md."""

    slug: Slug
    code: TopicCode
    title: Bilingual
    summary: Bilingual
    minutes: Minutes
    questions: Annotated[list[QuestionHeader], Field(min_length=1)]


class ActivityHeader(Strict):
    """The keys that every activity has; those of its kind are checked by the model of that kind."""

    slug: Slug
    kind: ActivityKind
    phase: Phase
    title: Bilingual
    summary: Bilingual
    minutes: Minutes
    required: bool
    due_days_before: Annotated[int, Field(ge=0, le=200, strict=True)]


class Topic(Strict):
    """A topic with its text."""

    header: TopicHeader
    body_html: str


class Activity(Strict):
    """An activity with the settings of its kind and its instruction."""

    header: ActivityHeader
    settings: KindSettings
    body_html: str


class Module(Strict):
    """A module with everything in it, in order."""

    header: ModuleHeader
    body_html: str
    topics: list[Topic]
    activities: list[Activity]


class Programme(Strict):
    """A programme as its folder describes it."""

    header: ProgrammeHeader
    body_html: str
    modules: list[Module]
