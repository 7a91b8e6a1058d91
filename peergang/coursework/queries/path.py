"""The modules and tasks of a cohort, with what one participant did of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Uuid,
    and_,
    bindparam,
    case,
    distinct,
    exists,
    func,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from peergang.cohorts.models import ActivityCompletion, CohortActivity, CohortModule, PeerGroupMembership
from peergang.cohorts.queries.due import is_extended, personal_due_at, personal_module_due_at
from peergang.core.db import Rows
from peergang.core.prepared import Prepared
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.rules import PEER_AUDIENCES, READABLE
from peergang.coursework.rules.path import Task
from peergang.curriculum.models import Activity, Module
from peergang.curriculum.rules import ActivityKind
from peergang.identity.models import User

OWN = bindparam("enrolment_id", type_=Uuid())
"""The participant; None matches nothing, so that the columns about a person stay empty."""


def _count_given() -> ScalarSelect[int]:
    """How many reflections the enrolment gave feedback on for an activity."""
    return (
        select(func.count(distinct(ReflectionVersion.reflection_id)))
        .join(PeerFeedback, PeerFeedback.version_id == ReflectionVersion.id)
        .where(
            PeerFeedback.giver_id == OWN,
            PeerFeedback.activity_id == Activity.id,
            PeerFeedback.sent_at.is_not(None),
        )
        .correlate(Activity)
        .scalar_subquery()
    )


def _count_to_read() -> ScalarSelect[int]:
    """The reflections of present peers, on the activity this feedback is about, that the enrolment has not answered."""
    own, other = aliased(PeerGroupMembership), aliased(PeerGroupMembership)
    about = aliased(Activity)
    theirs = aliased(Reflection)
    return (
        select(func.count())
        .select_from(own)
        .join(other, and_(other.peer_group_id == own.peer_group_id, other.left_at.is_(None)))
        .join(theirs, theirs.enrolment_id == other.enrolment_id)
        .join(about, about.id == theirs.activity_id)
        .where(
            own.enrolment_id == OWN,
            own.left_at.is_(None),
            other.enrolment_id != own.enrolment_id,
            about.edition_id == Activity.edition_id,
            about.slug == Activity.settings["about"].astext,
            theirs.state.in_(READABLE),
            theirs.audience.in_(PEER_AUDIENCES),
            ~_answered(theirs.id),
        )
        .correlate(Activity)
        .scalar_subquery()
    )


def _answered(reflection_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    return exists().where(
        ReflectionVersion.reflection_id == reflection_id,
        PeerFeedback.version_id == ReflectionVersion.id,
        PeerFeedback.giver_id == OWN,
        PeerFeedback.sent_at.is_not(None),
    )


_MODULES = Prepared(
    select(
        Module.id.label("module_id"),
        Module.position,
        Module.code,
        Module.title,
        Module.title_en,
        Module.main_question,
        CohortModule.opens_at,
        personal_module_due_at(OWN).label("due_at"),
    )
    .join(CohortModule, CohortModule.module_id == Module.id)
    .where(CohortModule.cohort_id == bindparam("cohort_id"))
    .order_by(Module.position)
)
_tasks = (
    select(
        Activity.id.label("activity_id"),
        Activity.module_id,
        Module.position.label("module_position"),
        Activity.position,
        Activity.kind,
        Activity.phase,
        Activity.required,
        Activity.minutes,
        Activity.title,
        Activity.title_en,
        Activity.summary,
        Activity.summary_en,
        CohortActivity.opens_at,
        personal_due_at(OWN).label("due_at"),
        is_extended(OWN).label("extended"),
        ActivityCompletion.completed_at,
        Reflection.state.label("reflection_state"),
        Reflection.audience,
        Reflection.draft_saved_at,
        case((Activity.kind == ActivityKind.PEER_FEEDBACK, _count_to_read()), else_=0).label("to_read"),
    )
    .join(Module, Module.id == Activity.module_id)
    .join(CohortActivity, CohortActivity.activity_id == Activity.id)
    .outerjoin(
        ActivityCompletion,
        and_(ActivityCompletion.activity_id == Activity.id, ActivityCompletion.enrolment_id == OWN),
    )
    .outerjoin(Reflection, and_(Reflection.activity_id == Activity.id, Reflection.enrolment_id == OWN))
    .where(CohortActivity.cohort_id == bindparam("cohort_id"))
    .order_by(Module.position, Activity.position)
)
_TASKS = Prepared(_tasks)
IN_FULL = _tasks.add_columns(
    Activity.body_html,
    Activity.settings,
    _count_given().label("given"),
    Reflection.id.label("reflection_id"),
    Reflection.for_trainer_at,
    ActivityCompletion.evidence_kind,
    ActivityCompletion.evidence_id,
    select(User.given_name)
    .join(Review, Review.reviewer_id == User.id)
    .where(Review.id == ActivityCompletion.evidence_id, ActivityCompletion.evidence_kind == "review")
    .correlate(ActivityCompletion)
    .scalar_subquery()
    .label("evidence_by"),
)
_TASKS_OF_MODULE = Prepared(IN_FULL.where(Activity.module_id == bindparam("module_id")))
# These are made once: putting selects of this size together takes longer than running them.


def list_modules(session: Session, cohort_id: UUID, enrolment_id: UUID | None) -> Rows:
    """The modules of a cohort in their order, with its dates; `due_at` is later for who has more time in a module.

    Columns: module_id, position, code, title, title_en, main_question, opens_at, due_at.
    """
    return _MODULES.all(session, cohort_id=cohort_id, enrolment_id=enrolment_id)


def list_tasks(
    session: Session, cohort_id: UUID, enrolment_id: UUID | None, module_id: UUID | None = None
) -> Rows:
    """The activities of a cohort (of one module, when given) in their order, and what the enrolment did of them.

    Columns: activity_id, module_id, module_position, position, kind, phase, required, minutes, title, title_en,
    summary, summary_en, opens_at, due_at, extended (more time than others), completed_at, reflection_state, audience,
    draft_saved_at, to_read (reflections of peers that wait for feedback, for that kind only). Without an enrolment the
    columns about a person are empty. For
    one module also: body_html, settings, given (feedback sent for this activity), reflection_id, for_trainer_at,
    evidence_kind, evidence_id and evidence_by (the given name of whose review completed it).
    """
    values = {"cohort_id": cohort_id, "enrolment_id": enrolment_id}
    if module_id is None:
        return _TASKS.all(session, **values)
    return _TASKS_OF_MODULE.all(session, module_id=module_id, **values)


def make_tasks(
    rows: Sequence[Any],
    *,
    unread: Mapping[UUID, int] = {},
    meetings: Mapping[UUID, datetime] = {},
    revising: Collection[UUID] = (),
) -> list[Task]:
    """The rows of `list_tasks` as the rules know them. `unread` counts unread reactions by activity; `meetings` gives when
    the meeting of an activity begins; `revising` are the activities of which the group's feedback is in.
    """
    return [
        Task(
            activity_id=row.activity_id,
            module_id=row.module_id,
            module_position=row.module_position,
            position=row.position,
            kind=row.kind,
            phase=row.phase,
            required=row.required,
            opens_at=row.opens_at,
            due_at=row.due_at,
            extended=row.extended,
            completed_at=row.completed_at,
            reflection=row.reflection_state,
            unread=unread.get(row.activity_id, 0),
            to_read=row.to_read,
            meets_at=meetings.get(row.activity_id),
            revising=row.activity_id in revising,
        )
        for row in rows
    ]


def by_module(tasks: Sequence[Task]) -> dict[UUID, list[Task]]:
    """The tasks of each module, in their order."""
    found: dict[UUID, list[Task]] = defaultdict(list)
    for task in tasks:
        found[task.module_id].append(task)
    return found
