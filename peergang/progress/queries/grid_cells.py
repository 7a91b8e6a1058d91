"""The cells of the grid by activity: what everybody in a cohort did in one module, in one statement."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import (
    ActivityCompletion,
    Cohort,
    CohortActivity,
    Enrolment,
    Extension,
    PeerGroup,
    PeerGroupMembership,
)
from peergang.cohorts.queries.due import personal_due_at
from peergang.core.db import Rows
from peergang.coursework.models import Reflection
from peergang.coursework.queries.turns import WAITS_SINCE
from peergang.curriculum.models import Activity, Edition, Module
from peergang.progress.rules.grid import Facts

_NO_TEXT = cast(null(), String)


def list_grid_activities(session: Session, cohort_id: UUID, module_id: UUID | None = None) -> Rows:
    """The activities of a cohort (of one module, when given) in their order, with the dates of the cohort.

    Columns: activity_id, module_id, module_code, slug, kind, required, title, title_en, opens_at, due_at.
    """
    statement = (
        select(
            Activity.id.label("activity_id"),
            Activity.module_id,
            Module.code.label("module_code"),
            Activity.slug,
            Activity.kind,
            Activity.required,
            Activity.title,
            Activity.title_en,
            CohortActivity.opens_at,
            # Of nobody in particular: the date of the cohort.
            personal_due_at(None).label("due_at"),
        )
        .join(Module, Module.id == Activity.module_id)
        .join(CohortActivity, CohortActivity.activity_id == Activity.id)
        .where(CohortActivity.cohort_id == cohort_id)
        .order_by(Module.position, Activity.position)
    )
    if module_id is not None:
        statement = statement.where(Activity.module_id == module_id)
    return session.execute(statement).all()


def list_facts(session: Session, cohort_id: UUID, module_id: UUID) -> dict[tuple[UUID, UUID], Facts]:
    """What is known of every participant in a module, by (enrolment id, activity id)."""
    found: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    parts = (_done(cohort_id, module_id), _extended(cohort_id, module_id), _written(cohort_id, module_id))
    for row in session.execute(union_all(*parts)):
        known = found.setdefault((row.enrolment_id, row.activity_id), {})
        if row.what == "done":
            # One of an older edition counts as well; the first date is the date.
            at: datetime = row.at
            if "completed_at" not in known or at < known["completed_at"]:
                known.update(completed_at=at, judged=row.state == "override")
        elif row.what == "extended":
            known["extended_to"] = row.at
        else:
            known.update(reflection_state=row.state, audience=row.audience, waiting_since=row.at)
    return {key: Facts(**known) for key, known in found.items()}


def _columns(what: str, activity_id: Any, at: Any, state: Any = _NO_TEXT, audience: Any = _NO_TEXT) -> Any:
    return select(
        Enrolment.id.label("enrolment_id"),
        activity_id.label("activity_id"),
        literal(what, String).label("what"),
        at.label("at"),
        state.label("state"),
        audience.label("audience"),
    )


def _done(cohort_id: UUID, module_id: UUID) -> Select[*tuple[Any, ...]]:
    done, now = aliased(Activity), aliased(Activity)
    old, new = aliased(Edition), aliased(Edition)
    found: Select[*tuple[Any, ...]] = (
        _columns("done", now.id, ActivityCompletion.completed_at, ActivityCompletion.evidence_kind)
        .select_from(ActivityCompletion)
        .join(Enrolment, Enrolment.id == ActivityCompletion.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(done, done.id == ActivityCompletion.activity_id)
        .join(old, old.id == done.edition_id)
        .join(new, (new.id == Cohort.edition_id) & (new.programme_id == old.programme_id))
        .join(now, (now.edition_id == new.id) & (now.slug == done.slug) & (now.kind == done.kind))
        .where(Enrolment.cohort_id == cohort_id, now.module_id == module_id)
    )
    return found


def _extended(cohort_id: UUID, module_id: UUID) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = (
        _columns("extended", Extension.activity_id, Extension.due_at)
        .select_from(Extension)
        .join(Enrolment, Enrolment.id == Extension.enrolment_id)
        .join(Activity, Activity.id == Extension.activity_id)
        .where(
            Enrolment.cohort_id == cohort_id, Activity.module_id == module_id, Extension.revoked_at.is_(None)
        )
    )
    return found


def _written(cohort_id: UUID, module_id: UUID) -> Select[*tuple[Any, ...]]:
    found: Select[*tuple[Any, ...]] = (
        _columns("written", Reflection.activity_id, WAITS_SINCE, Reflection.state, Reflection.audience)
        .select_from(Reflection)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .where(
            Enrolment.cohort_id == cohort_id,
            Activity.module_id == module_id,
            Reflection.submitted_at.is_not(None),
        )
    )
    return found


def list_members(session: Session, cohort_id: UUID) -> tuple[dict[UUID, UUID | None], list[tuple[UUID, str]]]:
    """Who is in which peer group now, by enrolment, and the groups as (id, name) in the order of their names."""
    rows = session.execute(
        select(PeerGroupMembership.enrolment_id, PeerGroup.id, PeerGroup.name)
        .join(PeerGroup, PeerGroup.id == PeerGroupMembership.peer_group_id)
        .where(PeerGroupMembership.cohort_id == cohort_id, PeerGroupMembership.left_at.is_(None))
        .order_by(func.length(PeerGroup.name), PeerGroup.name)
    ).all()
    return {row.enrolment_id: row.id for row in rows}, list({row.id: row.name for row in rows}.items())
