"""What a trainer does about work on which nobody in the group reacted (invariant 5)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.coursework.actions.allocation import end_assignment, hold_group_of
from peergang.coursework.actions.handing_on import send_to_trainer
from peergang.coursework.models import FeedbackAssignment, Reflection
from peergang.coursework.policy import can_review_reflection
from peergang.coursework.queries.access import get_access
from peergang.coursework.queries.at_work import find_group_id
from peergang.coursework.queries.gaps import is_gap
from peergang.coursework.queries.going import get_going
from peergang.coursework.queries.group_work import list_members
from peergang.coursework.queries.phases import get_progress
from peergang.coursework.rules.allocation import Release
from peergang.coursework.rules.going import check_goes_on


def fill_gap(
    session: Session, actor: Actor, reflection_id: UUID, *, giver_id: UUID | None = None, now: datetime
) -> None:
    """See to it that somebody gets feedback: the trainer gives it, and has it in the queue at once, or asks a member of the
    group (`giver_id`, an enrolment) by name.

    The trainers of its cohort, when the author lets them read it.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such reflection.
        Conflict: `gap_filled` when there is feedback by now, somebody was asked, or it is with the trainer already, and the
            reasons of `check_goes_on` when a member is asked.
        Invalid: {"giver": "no_reader"} when they are not in the author's group.
    """
    hold_group_of(session, reflection_id)
    access = get_access(session, actor, reflection_id, lock=True)
    require(can_review_reflection(actor, access))
    reflection = session.get_one(Reflection, reflection_id, populate_existing=True)
    progress = get_progress(session, reflection_id)
    if reflection.for_trainer_at is not None or not is_gap(progress, now):
        raise Conflict("gap_filled")
    if giver_id is None:
        send_to_trainer(session, reflection, now)
        reflection.suggested_reviewer_id = actor.user_id
        session.flush()
        return
    check_goes_on(*get_going(session, access.cohort_id, access.activity_id), now)
    group_id = find_group_id(session, access.enrolment_id)
    members = list_members(session, group_id) if group_id else []
    if giver_id == access.enrolment_id or giver_id not in members:
        raise Invalid({"giver": "no_reader"})
    _ask(session, actor, reflection, giver_id, now)


def _ask(session: Session, actor: Actor, reflection: Reflection, giver_id: UUID, now: datetime) -> None:
    """Ask somebody by name; who was asked already is asked anew, so that a message goes out."""
    standing = session.execute(
        select(FeedbackAssignment.id, FeedbackAssignment.giver_id).where(
            FeedbackAssignment.reflection_id == reflection.id, FeedbackAssignment.state != "released"
        )
    ).all()
    before = next((row.id for row in standing if row.giver_id == giver_id), None)
    if before is not None:
        end_assignment(session, before, Release.SWAPPED, now)
    session.add(
        FeedbackAssignment(
            reflection_id=reflection.id,
            receiver_id=reflection.enrolment_id,
            giver_id=giver_id,
            round=min(len(standing) + 1, 20),
            assigned_at=now,
            replaces_id=before,
            asked_by_id=actor.user_id,
        )
    )
    session.flush()
    enqueue(session, Job.NOTICES_PLAN_RULE, "feedback_asked")
