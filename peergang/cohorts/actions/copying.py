"""A new cohort after the example of an earlier one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from peergang.cohorts.actions.cohorts import CohortDetails, create_cohort
from peergang.cohorts.actions.dates import follow_meetings
from peergang.cohorts.actions.meetings import MeetingDetails, plan_meetings
from peergang.cohorts.actions.trainers import assign_trainer
from peergang.cohorts.models import Cohort, CohortActivity, CohortModule
from peergang.cohorts.policy import can_manage_cohort, is_about_self
from peergang.cohorts.queries.copying import CopyPlan, CopyWishes, plan_copy
from peergang.cohorts.queries.people import list_trainers
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import User

USUAL_CAPACITY = 24


def copy_cohort(
    session: Session, actor: Actor, cohort_id: UUID, wishes: CopyWishes, *, now: datetime
) -> Cohort:
    """Make a planned cohort with the meetings, own dates, trainers and capacity of an earlier one, as wished; everything
    moves by whole weeks, and meetings on a free day another week. Nobody's participation and no groups come along. For
    organisers.

    Trainers whose account was closed do not come, and nobody gives themselves a place.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort.
        Invalid: as `create_cohort`.
    """
    require(can_manage_cohort(actor))
    plan = plan_copy(session, cohort_id, wishes, USUAL_CAPACITY)
    made = create_cohort(
        session,
        actor,
        CohortDetails(plan.edition_id, wishes.name, plan.starts_on, plan.ends_on, plan.capacity),
        now=now,
    )
    if plan.meetings:
        plan_meetings(session, actor, made.id, _proposal(plan))
    _pin(session, made, plan)
    if wishes.trainers:
        _take_trainers(session, actor, cohort_id, made.id, now)
    details = {"from": str(cohort_id), "weeks": plan.weeks}
    record_audit(session, actor, "cohort_copied", "cohort", made.id, details, now=now)
    return made


def _proposal(plan: CopyPlan) -> list[MeetingDetails]:
    return [
        MeetingDetails(one.title, one.module_id, one.starts_at, one.ends_at, one.place, one.link)
        for one in plan.meetings
    ]


def _pin(session: Session, cohort: Cohort, plan: CopyPlan) -> None:
    for one in plan.modules:
        session.execute(
            update(CohortModule)
            .where(CohortModule.cohort_id == cohort.id, CohortModule.module_id == one.subject_id)
            .values(opens_at=one.opens_at, due_at=one.due_at, pinned=True)
        )
    for one in plan.activities:
        session.execute(
            update(CohortActivity)
            .where(CohortActivity.cohort_id == cohort.id, CohortActivity.activity_id == one.subject_id)
            .values(due_at=one.due_at, pinned=True)
        )
    if plan.modules or plan.activities:
        follow_meetings(session, cohort)


def _take_trainers(session: Session, actor: Actor, old_id: UUID, new_id: UUID, now: datetime) -> None:
    for row in list_trainers(session, old_id):
        user = session.get_one(User, row.user_id)
        if user.deactivated_at is None and not is_about_self(actor, user.id):
            assign_trainer(session, actor, new_id, email=user.email, now=now)
