"""What was completed by a trainer's judgment, and why."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, CompletionOverride, Enrolment, WaitingEvidence
from peergang.core.db import Rows
from peergang.curriculum.models import Activity, Edition, Module
from peergang.identity.models import User


def find_activity_now(session: Session, cohort_id: UUID, activity_id: UUID) -> UUID | None:
    """The activity as the present edition of the cohort has it; None where it has no such activity."""
    asked, was, becomes = aliased(Activity), aliased(Edition), aliased(Edition)
    return session.scalar(
        select(Activity.id)
        .join(asked, (asked.slug == Activity.slug) & (asked.kind == Activity.kind))
        .join(was, was.id == asked.edition_id)
        .join(becomes, (becomes.id == Activity.edition_id) & (becomes.programme_id == was.programme_id))
        .join(Cohort, Cohort.edition_id == becomes.id)
        .where(asked.id == activity_id, Cohort.id == cohort_id)
    )


def list_overrides(session: Session, enrolment_id: UUID) -> Rows:
    """Every completion by judgment of a participant, the newest on top, those taken back among them.

    Columns: override_id, enrolment_id, given_name (of the participant), activity_id (in the present edition where that has
    it), slug, title, title_en, kind, module_id, module_code, reason, made_at, made_by and taken_back_by (names; "" when
    nobody or not known any more), taken_back_at (None: it counts), proven_at (when evidence came in after all).
    """
    return session.execute(_select().where(Enrolment.id == enrolment_id)).all()


def select_own_overrides() -> dict[str, Select[*tuple[Any, ...]]]:
    """For the download of one's own data: selects by name, each over `Enrolment`. Who judged is not the person's own."""
    override, waiting = CompletionOverride, WaitingEvidence
    return {
        "completed_by_judgment": select(
            Activity.title, Activity.kind, override.reason, override.made_at, override.taken_back_at
        )
        .join(Activity, Activity.id == override.activity_id)
        .join(Enrolment, Enrolment.id == override.enrolment_id)
        .order_by(override.made_at),
        "evidence_that_waits": select(
            Activity.title, Activity.kind, waiting.completed_at, waiting.evidence_kind, waiting.rule_version
        )
        .join(Activity, Activity.id == waiting.activity_id)
        .join(Enrolment, Enrolment.id == waiting.enrolment_id)
        .order_by(waiting.completed_at),
    }


def _select() -> Select[*tuple[Any, ...]]:
    override, first, now = CompletionOverride, aliased(Activity), aliased(Activity)
    person, maker, taker = aliased(User), aliased(User), aliased(User)
    proven = (
        select(func.min(WaitingEvidence.completed_at))
        .join(Activity, Activity.id == WaitingEvidence.activity_id)
        .where(WaitingEvidence.enrolment_id == override.enrolment_id, Activity.slug == first.slug)
        .correlate_except(WaitingEvidence, Activity)
        .scalar_subquery()
    )
    return (
        select(
            override.id.label("override_id"),
            override.enrolment_id,
            person.given_name,
            func.coalesce(now.id, first.id).label("activity_id"),
            first.slug,
            func.coalesce(now.title, first.title).label("title"),
            func.coalesce(now.title_en, first.title_en).label("title_en"),
            first.kind,
            Module.id.label("module_id"),
            Module.code.label("module_code"),
            override.reason,
            override.made_at,
            _name(maker).label("made_by"),
            override.taken_back_at,
            _name(taker).label("taken_back_by"),
            proven.label("proven_at"),
        )
        .join(Enrolment, Enrolment.id == override.enrolment_id)
        .join(person, person.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(first, first.id == override.activity_id)
        .outerjoin(
            now, and_(now.edition_id == Cohort.edition_id, now.slug == first.slug, now.kind == first.kind)
        )
        .outerjoin(Module, Module.id == func.coalesce(now.module_id, first.module_id))
        .outerjoin(maker, maker.id == override.made_by_id)
        .outerjoin(taker, taker.id == override.taken_back_by_id)
        .order_by(override.made_at.desc(), override.id)
    )


def _name(user: Any) -> Any:
    """A full name, as the platform writes it everywhere."""
    return func.concat_ws(" ", user.given_name, func.nullif(user.name_particle, ""), user.family_name)
