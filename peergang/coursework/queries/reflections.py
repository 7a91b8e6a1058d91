"""Reflections as their readers see them: one's own list, one reflection, its versions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity, Enrolment, PeerGroup, PeerGroupMembership
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CohortState, EnrolmentRole
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.queries.access import latest_number
from peergang.curriculum.models import Activity, Module
from peergang.curriculum.rules import ActivityKind
from peergang.identity.models import Affiliation, Institution, User
from peergang.identity.rules import full_name


class OwnReflection(NamedTuple):
    """A line of one's own list; `reflection_id` is None for what was not begun yet."""

    activity_id: UUID
    activity_title: str
    activity_title_en: str
    module_code: str
    cohort_id: UUID
    cohort_name: str
    due_at: datetime | None
    reflection_id: UUID | None
    state: str
    title: str
    state_since: datetime | None
    saved_at: datetime | None
    latest: int
    unread: int


def list_own_reflections(session: Session, actor: Actor, now: datetime) -> Sequence[OwnReflection]:
    """The reflections the actor wrote or can begin (their module is open), in the order of the programme, the latest
    cohort first. `unread` counts reactions not yet read.
    """
    version = select(ReflectionVersion.id).where(ReflectionVersion.reflection_id == Reflection.id)
    unread_reviews = (
        select(func.count())
        .where(Review.version_id.in_(version), Review.sent_at.is_not(None), Review.read_at.is_(None))
        .correlate(Reflection)
        .scalar_subquery()
    )
    unread_feedback = (
        select(func.count())
        .where(
            PeerFeedback.version_id.in_(version),
            PeerFeedback.sent_at.is_not(None),
            PeerFeedback.read_at.is_(None),
        )
        .correlate(Reflection)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Activity.id,
            Activity.title,
            Activity.title_en,
            Module.code,
            Cohort.id,
            Cohort.name,
            CohortActivity.due_at,
            Reflection.id,
            func.coalesce(Reflection.state, "draft"),
            func.coalesce(Reflection.title, ""),
            Reflection.state_since,
            Reflection.draft_saved_at,
            func.coalesce(latest_number(), 0),
            unread_reviews + unread_feedback,
        )
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.edition_id == Cohort.edition_id)
        .join(Module, Module.id == Activity.module_id)
        .outerjoin(
            CohortActivity,
            (CohortActivity.cohort_id == Cohort.id) & (CohortActivity.activity_id == Activity.id),
        )
        .outerjoin(
            Reflection, (Reflection.enrolment_id == Enrolment.id) & (Reflection.activity_id == Activity.id)
        )
        .where(
            Enrolment.user_id == actor.user_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Activity.kind == ActivityKind.REFLECTION,
            or_(
                Reflection.id.is_not(None),
                Enrolment.state.in_(TAKES_PART)
                & (CohortActivity.opens_at <= now)
                & Cohort.state.in_((CohortState.OPEN, CohortState.RUNNING)),
            ),
        )
        .order_by(Cohort.starts_on.desc(), Cohort.id, Module.position, Activity.position)
    )
    return [OwnReflection._make(row) for row in rows]


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

    @property
    def author_name(self) -> str:
        """The author's name in running text."""
        return full_name(self.author_given, self.author_particle, self.author_family)

    @property
    def prompts(self) -> list[dict[str, Any]]:
        """The questions that were answered, in order."""
        return list(self.settings.get("prompts", []))

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """What a trainer looks at, in order."""
        return list(self.settings.get("criteria", []))


def get_head(session: Session, reflection_id: UUID) -> ReflectionHead:
    """The head of one reflection. It judges nobody's right to read it: the policy does.

    Raises:
        NotFound: when there is no such reflection.
    """
    author, reviewer = User.__table__.alias("author"), User.__table__.alias("reviewer")
    group = (
        select(PeerGroup.name)
        .join(PeerGroupMembership, PeerGroupMembership.peer_group_id == PeerGroup.id)
        .where(PeerGroupMembership.enrolment_id == Enrolment.id, PeerGroupMembership.left_at.is_(None))
        .correlate(Enrolment)
        .scalar_subquery()
    )
    row = session.execute(
        select(
            Reflection.id,
            Enrolment.id,
            author.c.id,
            author.c.given_name,
            author.c.name_particle,
            author.c.family_name,
            Institution.name,
            Cohort.id,
            Cohort.name,
            group,
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
            Reflection.reviewer_id,
            reviewer.c.given_name,
            func.coalesce(latest_number(), 0),
        )
        .select_from(Reflection)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(author, author.c.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(Module, Module.id == Activity.module_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .outerjoin(reviewer, reviewer.c.id == Reflection.reviewer_id)
        .where(Reflection.id == reflection_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return ReflectionHead._make(row)


class Version(NamedTuple):
    """One submitted version, word for word."""

    version_id: UUID
    reflection_id: UUID
    number: int
    title: str
    answers: dict[str, str]
    submitted_at: datetime


def list_versions(session: Session, reflection_id: UUID) -> Sequence[Version]:
    """All versions of a reflection, the latest first."""
    rows = session.execute(
        select(
            ReflectionVersion.id,
            ReflectionVersion.reflection_id,
            ReflectionVersion.number,
            ReflectionVersion.title,
            ReflectionVersion.answers,
            ReflectionVersion.submitted_at,
        )
        .where(ReflectionVersion.reflection_id == reflection_id)
        .order_by(ReflectionVersion.number.desc())
    )
    return [Version._make(row) for row in rows]
