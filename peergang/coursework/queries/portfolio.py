"""Everything somebody wrote and got back, over all their cohorts: five statements, however much there is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.permissions import Actor
from peergang.coursework.models import Comment, PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.queries.comments import WENT_OUT
from peergang.coursework.rules.editions import all_prompts
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User
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

    @property
    def prompts(self) -> list[dict[str, Any]]:
        """The questions, in order."""
        return all_prompts(self.settings.get("prompts", []), self.kept_prompts or ())

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


class Reply(NamedTuple):
    """What somebody sent about a version: a review (`decision` is set), or a peer's answers to `questions`.

    A peer may change feedback until it is read; `is_open` says that its words may be shown here.
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

    @property
    def name(self) -> str:
        """Who wrote it."""
        return full_name(self.given_name, self.particle, self.family_name)

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The questions a peer answered, in order."""
        return list((self.settings or {}).get("questions", []))


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


def _own(actor: Actor) -> Select[UUID]:
    return (
        select(Reflection.id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Enrolment.user_id == actor.user_id)
    )


# In the order of Written.
_WRITTEN = (
    Reflection.id,
    Activity.title,
    Activity.title_en,
    Activity.settings,
    Reflection.kept_prompts,
    Module.code,
    Module.title,
    Module.title_en,
    Cohort.id,
    Cohort.name,
    Cohort.state,
    Enrolment.state,
    Reflection.state,
    Reflection.audience,
    Reflection.title,
    Reflection.draft,
    Reflection.state_since,
)


def list_portfolio(session: Session, actor: Actor, *, with_words: bool = False) -> list[Entry]:
    """All reflections of the actor, also of cohorts that ended and places that were given up, by cohort and module.

    `with_words` reads what the versions say as well, for the file.
    """
    rows = session.execute(
        select(*_WRITTEN)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(Module, Module.id == Activity.module_id)
        .where(Enrolment.user_id == actor.user_id)
        .order_by(Cohort.starts_on.desc(), Cohort.id, Module.position, Activity.position)
    )
    entries = {row[0]: Entry(Written._make(row)) for row in rows}
    by_version: dict[UUID, Entry] = {}
    for version in _list_versions(session, actor, with_words):
        by_version[version.version_id] = entries[version.reflection_id]
        entries[version.reflection_id].versions.append(version)
    for reply in _list_replies(session, actor):
        by_version[reply.version_id].replies.append(reply)
    for remark in _list_remarks(session, actor):
        by_version[remark.version_id].remarks.append(remark)
    return list(entries.values())


def _list_versions(session: Session, actor: Actor, with_words: bool) -> Sequence[OwnVersion]:
    answers = ReflectionVersion.answers if with_words else func.jsonb_build_object()
    rows = session.execute(
        select(
            ReflectionVersion.id,
            ReflectionVersion.reflection_id,
            ReflectionVersion.number,
            ReflectionVersion.submitted_at,
            ReflectionVersion.title,
            answers,
        )
        .where(ReflectionVersion.reflection_id.in_(_own(actor)))
        .order_by(ReflectionVersion.reflection_id, ReflectionVersion.number.desc())
    )
    return [OwnVersion._make(row) for row in rows]


def _list_replies(session: Session, actor: Actor) -> Sequence[Reply]:
    mine = select(ReflectionVersion.id).where(ReflectionVersion.reflection_id.in_(_own(actor)))
    names = (User.given_name, User.name_particle, User.family_name)
    reviews = session.execute(
        select(Review.version_id, *names, Review.sent_at, Review.decision, Review.message, Review.criteria)
        .join(User, User.id == Review.reviewer_id)
        .where(Review.version_id.in_(mine), Review.sent_at.is_not(None))
    )
    feedback = session.execute(
        select(
            PeerFeedback.version_id,
            *names,
            PeerFeedback.sent_at,
            PeerFeedback.answers,
            Activity.settings,
            PeerFeedback.read_at.is_not(None),
        )
        .join(Enrolment, Enrolment.id == PeerFeedback.giver_id)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Activity, Activity.id == PeerFeedback.activity_id)
        # What its receiver did not open yet may still change.
        .where(PeerFeedback.version_id.in_(mine), PeerFeedback.read_at.is_not(None))
    )
    found = [Reply._make((*row, None, True)) for row in reviews]
    found += [Reply._make((*row[:5], None, "", *row[5:])) for row in feedback]
    return sorted(found, key=lambda one: one.sent_at, reverse=True)


def _list_remarks(session: Session, actor: Actor) -> Sequence[Remark]:
    rows = session.execute(
        select(
            Comment.version_id,
            User.given_name,
            User.name_particle,
            User.family_name,
            Comment.quote,
            Comment.body,
        )
        .join(User, User.id == Comment.author_id)
        .join(ReflectionVersion, ReflectionVersion.id == Comment.version_id)
        .where(ReflectionVersion.reflection_id.in_(_own(actor)), WENT_OUT)
        .order_by(Comment.created_at, Comment.id)
    )
    return [Remark._make(row) for row in rows]
