"""One reflection as its readers see it: what stands above it, and its versions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment, PeerGroup, PeerGroupMembership
from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.core.prepared import Prepared
from peergang.coursework.models import Reflection, ReflectionVersion, VersionAttachment
from peergang.coursework.queries.access import ME, REVIEWER, ReflectionAccess, actor_columns, latest_number
from peergang.coursework.rules.editions import all_prompts
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import Affiliation, Institution, User
from peergang.identity.rules import full_name


class ReflectionHead(NamedTuple):
    """What stands above a reflection, whichever of its versions is shown."""

    reflection_id: UUID
    enrolment_id: UUID
    author_id: UUID
    author_given: str
    author_particle: str
    author_family: str
    institution: str | None
    cohort_id: UUID
    cohort_name: str
    group_name: str | None
    activity_id: UUID
    activity_title: str
    activity_title_en: str
    activity_slug: str
    settings: dict[str, Any]
    edition_id: UUID
    module_id: UUID
    module_code: str
    state: str
    audience: str | None
    state_since: datetime
    submitted_at: datetime | None
    reviewer_id: UUID | None
    reviewer_given: str | None
    latest: int
    kept_prompts: list[dict[str, Any]]
    promised_on: date | None
    lease_until: datetime | None

    @property
    def author_name(self) -> str:
        """The author's name in running text."""
        return full_name(self.author_given, self.author_particle, self.author_family)

    @property
    def prompts(self) -> list[dict[str, Any]]:
        """The questions that were answered, in order."""
        return all_prompts(self.settings.get("prompts", []), self.kept_prompts or ())

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """What a trainer looks at, in order."""
        return list(self.settings.get("criteria", []))


def _group_name() -> ScalarSelect[str | None]:
    """The name of the peer group that the `Enrolment` of the surrounding select belongs to now."""
    return (
        select(PeerGroup.name)
        .join(PeerGroupMembership, PeerGroupMembership.peer_group_id == PeerGroup.id)
        .where(PeerGroupMembership.enrolment_id == Enrolment.id, PeerGroupMembership.left_at.is_(None))
        .correlate(Enrolment)
        .scalar_subquery()
    )


_AUTHOR, _REVIEWER = aliased(User), aliased(User)

# In the order of ReflectionHead.
_COLUMNS = (
    Reflection.id,
    Enrolment.id,
    _AUTHOR.id,
    _AUTHOR.given_name,
    _AUTHOR.name_particle,
    _AUTHOR.family_name,
    Institution.name,
    Cohort.id,
    Cohort.name,
    _group_name(),
    Activity.id,
    Activity.title,
    Activity.title_en,
    Activity.slug,
    Activity.settings,
    Activity.edition_id,
    Module.id,
    Module.code,
    Reflection.state,
    Reflection.audience,
    Reflection.state_since,
    Reflection.submitted_at,
    REVIEWER,
    _REVIEWER.given_name,
    func.coalesce(latest_number(), 0),
    Reflection.kept_prompts,
    Reflection.promised_on,
    Reflection.lease_until,
)
_head = (
    select(*_COLUMNS, *actor_columns(ME))
    .select_from(Reflection)
    .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
    .join(_AUTHOR, _AUTHOR.id == Enrolment.user_id)
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(Activity, Activity.id == Reflection.activity_id)
    .join(Module, Module.id == Activity.module_id)
    .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
    .outerjoin(Institution, Institution.id == Affiliation.institution_id)
    .outerjoin(_REVIEWER, _REVIEWER.id == REVIEWER)
)
_HEAD = Prepared(_head.where(Reflection.id == bindparam("reflection_id")))
_HEAD_BY_VERSION = Prepared(
    _head.join(ReflectionVersion, ReflectionVersion.reflection_id == Reflection.id).where(
        ReflectionVersion.id == bindparam("version_id")
    )
)


def get_head(session: Session, actor: Actor, reflection_id: UUID) -> tuple[ReflectionHead, ReflectionAccess]:
    """The head of one reflection, and the facts by which the policy judges whether `actor` may see it: ask it first.

    Raises:
        NotFound: when there is no such reflection.
    """
    return _as_head(_HEAD.one_or_none(session, reflection_id=reflection_id, user_id=actor.user_id))


def get_head_by_version(
    session: Session, actor: Actor, version_id: UUID
) -> tuple[ReflectionHead, ReflectionAccess]:
    """The same of the reflection that a version belongs to.

    Raises:
        NotFound: when there is no such version.
    """
    return _as_head(_HEAD_BY_VERSION.one_or_none(session, version_id=version_id, user_id=actor.user_id))


def _as_head(row: AnyRow | None) -> tuple[ReflectionHead, ReflectionAccess]:
    if row is None:
        raise NotFound
    head = ReflectionHead._make(row[: len(_COLUMNS)])
    takes_part, own_enrolment_id, shares_group = row[len(_COLUMNS) :]
    return head, ReflectionAccess(
        head.reflection_id,
        head.activity_id,
        head.enrolment_id,
        head.author_id,
        head.cohort_id,
        head.state,
        head.audience,
        head.reviewer_id,
        head.latest,
        takes_part,
        own_enrolment_id,
        shares_group,
    )


class Version(NamedTuple):
    """One submitted version, word for word."""

    version_id: UUID
    reflection_id: UUID
    number: int
    title: str
    answers: dict[str, str]
    submitted_at: datetime
    prompts: list[dict[str, Any]] = []
    has_files: bool = True

    def asked(self, head: ReflectionHead) -> list[dict[str, Any]]:
        """The questions that this version answers, in order: they stay with it whatever is asked later."""
        return self.prompts or head.prompts


# In the order of Version.
VERSION = (
    ReflectionVersion.id,
    ReflectionVersion.reflection_id,
    ReflectionVersion.number,
    ReflectionVersion.title,
    ReflectionVersion.answers,
    ReflectionVersion.submitted_at,
    ReflectionVersion.prompts,
    # Most have none: then a page need not ask for them.
    exists().where(VersionAttachment.version_id == ReflectionVersion.id).correlate(ReflectionVersion),
)
_VERSIONS = Prepared(
    select(*VERSION)
    .where(ReflectionVersion.reflection_id == bindparam("reflection_id"))
    .order_by(ReflectionVersion.number.desc())
)


def list_versions(session: Session, reflection_id: UUID) -> Sequence[Version]:
    """All versions of a reflection, the latest first."""
    return [Version._make(row) for row in _VERSIONS.all(session, reflection_id=reflection_id)]
