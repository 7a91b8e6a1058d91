"""The story of one participant: who it is, what there was to do, and what happened when. Dates and states, never a text
that somebody wrote.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import (
    ActivityCompletion,
    Cohort,
    CohortActivity,
    Enrolment,
    PeerGroup,
    PeerGroupMembership,
)
from peergang.cohorts.queries.due import extended_to, personal_due_at
from peergang.cohorts.rules import EnrolmentRole, EnrolmentState
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.queries.turns import WITH_PEERS
from peergang.curriculum.models import Activity, Edition, Module
from peergang.identity.models import Institution, User
from peergang.progress.models import EnrolmentProgress
from peergang.progress.queries.places import TODAY, counting_day, join_institution
from peergang.progress.rules.story import Event

Chapter = Callable[[Session, UUID], Iterable[Event]]

_chapters: list[Chapter] = []


def when_story_told(chapter: Chapter) -> None:
    """Have a feature above this one add its events to the story of an enrolment, in a constant number of statements. Said
    once, at the start.
    """
    if chapter not in _chapters:
        _chapters.append(chapter)


def list_more_events(session: Session, enrolment_id: UUID) -> list[Event]:
    """What the features above this one have to tell."""
    return [event for chapter in _chapters for event in chapter(session, enrolment_id)]


_HEAD = (
    Enrolment.id.label("enrolment_id"),
    Enrolment.user_id,
    User.given_name,
    User.name_particle,
    User.family_name,
    Enrolment.state,
    Enrolment.invited_at,
    Enrolment.waitlisted_at,
    Enrolment.activated_at,
    Enrolment.completed_at,
    Enrolment.withdrawn_at,
    Institution.name.label("institution_name"),
    PeerGroup.name.label("group_name"),
    EnrolmentProgress.required,
    EnrolmentProgress.completed,
    Cohort.id.label("cohort_id"),
    Cohort.name.label("cohort_name"),
    Cohort.state.label("cohort_state"),
    Cohort.starts_on,
    Cohort.ends_on,
    Edition.sign,
    Edition.title.label("edition_title"),
    Edition.title_en.label("edition_title_en"),
)

_latest = (
    select(func.max(ReflectionVersion.number))
    .where(ReflectionVersion.reflection_id == Reflection.id)
    .correlate(Reflection)
    .scalar_subquery()
)

_ACTIVITY = (
    Activity.id.label("activity_id"),
    Activity.slug,
    Activity.kind,
    Activity.required,
    Activity.title,
    Activity.title_en,
    Module.id.label("module_id"),
    Module.code.label("module_code"),
    Module.title.label("module_title"),
    Module.title_en.label("module_title_en"),
    CohortActivity.opens_at,
    personal_due_at(None).label("cohort_due_at"),
    Reflection.id.label("reflection_id"),
    Reflection.state.label("reflection_state"),
    Reflection.audience,
    Reflection.submitted_at,
    WITH_PEERS.label("with_peers"),
    Reflection.reviewer_id,
    func.coalesce(_latest, 0).label("latest"),
)


def get_story_head(session: Session, cohort_id: UUID, enrolment_id: UUID, now: datetime) -> AnyRow:
    """One participant of a cohort. Columns: enrolment_id, user_id, given_name, name_particle, family_name, state, invited_at,
    waitlisted_at, activated_at, completed_at, withdrawn_at, institution_name (for which the enrolment counts), group_name,
    required, completed, cohort_id, cohort_name, cohort_state, starts_on, ends_on, sign, edition_title, edition_title_en.

    Raises:
        NotFound: when there is no such participant in this cohort.
    """
    in_group = (PeerGroupMembership.enrolment_id == Enrolment.id) & PeerGroupMembership.left_at.is_(None)
    head = (
        select(*_HEAD)
        .select_from(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Edition, Edition.id == Cohort.edition_id)
        .outerjoin(PeerGroupMembership, in_group)
        .outerjoin(PeerGroup, PeerGroup.id == PeerGroupMembership.peer_group_id)
        .outerjoin(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
        .where(
            Enrolment.id == enrolment_id,
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
        )
    )
    row = session.execute(join_institution(head, counting_day(TODAY)), {"now": now}).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_story_people(session: Session, cohort_id: UUID) -> Rows:
    """Everybody of whom there is a story, by name. Columns: enrolment_id, given_name, name_particle, family_name."""
    return session.execute(
        select(Enrolment.id.label("enrolment_id"), User.given_name, User.name_particle, User.family_name)
        .join(User, User.id == Enrolment.user_id)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_((EnrolmentState.ACTIVE, EnrolmentState.COMPLETED, EnrolmentState.WITHDRAWN)),
        )
        .order_by(User.sort_key, Enrolment.id)
    ).all()


def list_story_activities(session: Session, cohort_id: UUID, enrolment_id: UUID) -> Rows:
    """What there is to do, in the order of the programme, with what became of it for one participant.

    Columns: activity_id, slug, kind, required, title, title_en, module_id, module_code, module_title, module_title_en,
    opens_at, cohort_due_at, due_at (for them), extended_to, completed_at, evidence_kind, evidence_id, rule_version,
    earlier_edition (the fact is of an edition before), reflection_id, reflection_state, audience, submitted_at, with_peers,
    latest, reviewer_id.
    """
    fact = _facts(enrolment_id).subquery("fact")
    return session.execute(
        select(
            *_ACTIVITY,
            personal_due_at(enrolment_id).label("due_at"),
            extended_to(enrolment_id).label("extended_to"),
            fact.c.completed_at,
            fact.c.evidence_kind,
            fact.c.evidence_id,
            fact.c.rule_version,
            (fact.c.activity_id != Activity.id).label("earlier_edition"),
        )
        .join(Module, Module.id == Activity.module_id)
        .join(CohortActivity, CohortActivity.activity_id == Activity.id)
        .outerjoin(fact, and_(fact.c.slug == Activity.slug, fact.c.kind == Activity.kind))
        .outerjoin(
            Reflection,
            (Reflection.activity_id == Activity.id) & (Reflection.enrolment_id == enrolment_id),
        )
        .where(CohortActivity.cohort_id == cohort_id)
        .order_by(Module.position, Activity.position)
    ).all()


def _facts(enrolment_id: UUID) -> Select[*tuple[Any, ...]]:
    """What was completed, once for each activity whatever the edition: the fact of the newest edition that has one."""
    done, old, new = aliased(Activity), aliased(Edition), aliased(Edition)
    return (
        select(
            done.id.label("activity_id"),
            done.slug,
            done.kind,
            ActivityCompletion.completed_at,
            ActivityCompletion.evidence_kind,
            ActivityCompletion.evidence_id,
            ActivityCompletion.rule_version,
        )
        .join(done, done.id == ActivityCompletion.activity_id)
        .join(old, old.id == done.edition_id)
        .join(Enrolment, Enrolment.id == ActivityCompletion.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(new, (new.id == Cohort.edition_id) & (new.programme_id == old.programme_id))
        .where(ActivityCompletion.enrolment_id == enrolment_id)
        .ext(distinct_on(done.slug, done.kind))
        .order_by(done.slug, done.kind, old.number.desc())
    )


def neighbours(people: Sequence[Any], enrolment_id: UUID) -> tuple[Any | None, Any | None]:
    """Who comes before and after somebody in this order."""
    place = next((number for number, one in enumerate(people) if one.enrolment_id == enrolment_id), None)
    if place is None:
        return None, None
    return (people[place - 1] if place else None), (people[place + 1] if place + 1 < len(people) else None)
