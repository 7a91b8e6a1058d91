"""What is under a figure of a cell: meetings with who was there, reflections with when they came, activities with when they
were done. Dates of facts, never a text that somebody wrote.

The people come from `list_participants`, so that a page counts exactly those whom the figure counted.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Subquery, Uuid, and_, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import (
    ActivityCompletion,
    Attendance,
    Cohort,
    CohortActivity,
    CompletionOverride,
    Enrolment,
    Extension,
)
from peergang.cohorts.queries.due import EXTENDS, JOINED_DUE_AT
from peergang.core.db import Rows
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.curriculum.models import Activity, Edition, Module
from peergang.progress.queries.facts import (
    HELD_THEN,
    NOW,
    REFLECTION,
    WITHDRAWN,
    WITHDRAWN_THEN,
    held_meetings,
    leave_theirs,
)
from peergang.progress.rules.moment import Moment


def _among(column: Any, ids: Sequence[UUID]) -> Any:
    return column == func.any(cast(literal(list(ids), ARRAY(Uuid)), ARRAY(Uuid)))


def list_meeting_evidence(session: Session, enrolment_ids: Sequence[UUID], at: Moment | datetime) -> Rows:
    """Who was at which meeting, of those that count in the figures by `at`, the first meeting first.

    Columns: meeting_id, number, starts_at, enrolment_id, state.
    """
    held = held_meetings()
    return session.execute(
        select(
            held.c.id.label("meeting_id"),
            held.c.number,
            held.c.starts_at,
            Attendance.enrolment_id,
            Attendance.state,
        )
        .join(Attendance, Attendance.meeting_id == held.c.id)
        .where(_among(Attendance.enrolment_id, enrolment_ids))
        .order_by(held.c.starts_at, held.c.number),
        {"now": Moment.of(at).at},
    ).all()


def select_work_due(*, past: bool) -> Select[Any]:
    """A row for every participant and every required reflection that was due for them by the moment `now` and not before they
    joined, joined to the first version that they handed in by then. Add columns, conditions and groups, and give `now`; what
    was withdrawn was not handed in. With `past` it knows nothing of what was granted, taken back or withdrawn later, as the
    figures.
    """
    stands = and_(
        Reflection.enrolment_id == Enrolment.id,
        Reflection.activity_id == CohortActivity.activity_id,
        ~(WITHDRAWN_THEN if past else WITHDRAWN),
    )
    first = and_(
        ReflectionVersion.reflection_id == Reflection.id,
        ReflectionVersion.number == 1,
        ReflectionVersion.submitted_at <= NOW,
    )
    due = (
        select()
        .select_from(Enrolment)
        .join(CohortActivity, CohortActivity.cohort_id == Enrolment.cohort_id)
        .join(Activity, Activity.id == CohortActivity.activity_id)
        .join(Module, Module.id == Activity.module_id)
        .outerjoin(Extension, HELD_THEN if past else EXTENDS)
        .outerjoin(Reflection, stands)
        .outerjoin(ReflectionVersion, first)
        .where(Activity.kind == REFLECTION, Activity.required, JOINED_DUE_AT <= NOW)
    )
    return leave_theirs(due, past=past)


def list_work_evidence(session: Session, enrolment_ids: Sequence[UUID], at: Moment | datetime) -> Rows:
    """Every required reflection that was due by `at` for each of these people, in the order of the programme.

    Columns: activity_id, slug, code, title, title_en, enrolment_id, due_at (their own), handed_in_at (empty when nothing was).
    """
    moment = Moment.of(at)
    return session.execute(
        select_work_due(past=moment.past)
        .add_columns(
            *_ACTIVITY,
            Enrolment.id.label("enrolment_id"),
            JOINED_DUE_AT.label("due_at"),
            ReflectionVersion.submitted_at.label("handed_in_at"),
        )
        .where(_among(Enrolment.id, enrolment_ids))
        .order_by(Module.position, Activity.position),
        {"now": moment.at},
    ).all()


_ACTIVITY = (
    Activity.id.label("activity_id"),
    Activity.slug,
    Module.code,
    Activity.title,
    Activity.title_en,
)


def list_completion_evidence(session: Session, enrolment_ids: Sequence[UUID], at: Moment | datetime) -> Rows:
    """Every required activity of the edition for each of these people, with when it was first completed, by `at`. A fact of
    another edition of the programme counts for the activity of the same name and kind, as in the figure.

    Columns: activity_id, slug, code, title, title_en, enrolment_id, completed_at (empty when it is open).
    """
    facts = _facts(enrolment_ids, Moment.of(at).at)
    same = and_(
        facts.c.enrolment_id == Enrolment.id,
        facts.c.programme_id == Edition.programme_id,
        facts.c.slug == Activity.slug,
        facts.c.kind == Activity.kind,
    )
    return session.execute(
        select(*_ACTIVITY, Enrolment.id.label("enrolment_id"), facts.c.completed_at)
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Edition, Edition.id == Cohort.edition_id)
        .join(Activity, and_(Activity.edition_id == Edition.id, Activity.required))
        .join(Module, Module.id == Activity.module_id)
        .outerjoin(facts, same)
        .where(_among(Enrolment.id, enrolment_ids))
        .order_by(Module.position, Activity.position)
    ).all()


def _facts(enrolment_ids: Sequence[UUID], at: datetime) -> Subquery:
    """When each of these people first completed what, in whichever edition of the programme."""
    done, of = aliased(Activity), aliased(Edition)
    stood = _stood(enrolment_ids, at)
    return (
        select(
            stood.c.enrolment_id,
            of.programme_id,
            done.slug,
            done.kind,
            func.min(stood.c.completed_at).label("completed_at"),
        )
        .join(done, done.id == stood.c.activity_id)
        .join(of, of.id == done.edition_id)
        .group_by(stood.c.enrolment_id, of.programme_id, done.slug, done.kind)
        .subquery("facts")
    )


def _stood(enrolment_ids: Sequence[UUID], at: datetime) -> Subquery:
    """What stood as completed at the moment: the facts, and the judgments that were taken back after it. With these the figure
    of the day was kept, while their facts are gone.
    """
    fact, override = ActivityCompletion, CompletionOverride
    facts = select(fact.enrolment_id, fact.activity_id, fact.completed_at).where(
        _among(fact.enrolment_id, enrolment_ids), fact.completed_at <= at
    )
    judged = select(override.enrolment_id, override.activity_id, override.made_at).where(
        _among(override.enrolment_id, enrolment_ids), override.made_at <= at, override.taken_back_at > at
    )
    return union_all(facts, judged).subquery("stood")
