"""Feedback from peer to peer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Enrolment
from peergang.core.errors import Conflict, Invalid
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.coursework.models import PeerFeedback
from peergang.coursework.policy import can_give_feedback
from peergang.coursework.queries.access import ReflectionAccess, get_access, get_access_by_version
from peergang.coursework.queries.feedback_task import (
    FeedbackTask,
    count_served,
    count_unserved,
    find_due_at,
    find_feedback_task,
    find_own_feedback,
    list_served_givers,
)
from peergang.coursework.queries.going import get_going
from peergang.coursework.rules.drafts import answers_missing, answers_too_long, clean_answers
from peergang.coursework.rules.going import check_goes_on
from peergang.coursework.rules.questions import feedback_questions


def save_feedback(
    session: Session,
    actor: Actor,
    version_id: UUID,
    answers: dict[str, str],
    *,
    expected_revision: int,
    now: datetime,
) -> int:
    """Keep what the actor writes to a peer about a version; nobody else sees it yet. Returns the new revision.

    Only who shares a peer group with the author now, when the audience holds that group.

    Raises:
        Invalid: `too_long` by form field.
        Conflict: `feedback_sent` when it was sent already, `draft_moved_on` when another tab saved in between, and the
            reasons of `check_goes_on`.
    """
    access = get_access_by_version(session, actor, version_id)
    require(can_give_feedback(actor, access))
    check_goes_on(*get_going(session, access.cohort_id, access.activity_id), now)
    task = find_feedback_task(session, access.activity_id)
    kept = clean_answers(answers, feedback_questions(task.settings if task else None))
    problems = answers_too_long(kept)
    if problems:
        raise Invalid(problems)
    revision = session.execute(
        _guarded_save(version_id, access.own_enrolment_id, task, kept, expected_revision, now)
    ).scalar()
    if revision is None:
        stored = find_own_feedback(session, version_id, access.own_enrolment_id)
        raise Conflict("feedback_sent" if stored.sent_at else "draft_moved_on", revision=stored.revision)
    return revision


def _guarded_save(
    version_id: UUID,
    giver_id: UUID | None,
    task: FeedbackTask | None,
    answers: dict[str, str],
    expected_revision: int,
    now: datetime,
) -> ReturningInsert[int]:
    new = {"answers": answers, "saved_at": now}
    activity_id = task.activity_id if task else None
    return (
        insert(PeerFeedback)
        .values(version_id=version_id, giver_id=giver_id, activity_id=activity_id, revision=1, **new)
        .on_conflict_do_update(
            index_elements=["version_id", "giver_id"],
            set_={**new, "revision": PeerFeedback.revision + 1},
            where=(PeerFeedback.revision == expected_revision) & PeerFeedback.sent_at.is_(None),
        )
        .returning(PeerFeedback.revision)
    )


def send_feedback(
    session: Session, actor: Actor, version_id: UUID, *, expected_revision: int, now: datetime
) -> PeerFeedback:
    """Give the saved feedback to the author, with the comments the actor placed, and for good.

    Only who shares a peer group with the author now. When enough peers were served the feedback activity is completed;
    after its due date, everyone in the group who submitted is enough.

    Raises:
        Invalid: `empty` by form field for every question without an answer.
        Conflict: `feedback_sent` or `draft_moved_on`, and the reasons of `check_goes_on`.
    """
    # The reflection first: a withdrawal or a smaller audience at this very moment waits for us, or we for it.
    access = get_access_by_version(session, actor, version_id)
    access = get_access(session, actor, access.reflection_id, lock=True)
    require(can_give_feedback(actor, access))
    check_goes_on(*get_going(session, access.cohort_id, access.activity_id), now)
    feedback = _lock_unsent(session, version_id, access.own_enrolment_id, expected_revision)
    task = find_feedback_task(session, access.activity_id)
    problems = answers_missing(feedback.answers, feedback_questions(task.settings if task else None))
    if problems:
        raise Invalid(problems)
    feedback.sent_at = now
    session.flush()
    if task is not None:
        _complete_when_served(session, access, task, feedback, now)
    enqueue(session, Job.NOTICES_PLAN_RULE, "feedback_received")
    return feedback


def _lock_unsent(
    session: Session, version_id: UUID, giver_id: UUID | None, expected_revision: int
) -> PeerFeedback:
    feedback = session.scalars(
        select(PeerFeedback)
        .where(PeerFeedback.version_id == version_id, PeerFeedback.giver_id == giver_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if feedback is None:
        raise Conflict("draft_moved_on")
    if feedback.sent_at:
        raise Conflict("feedback_sent")
    if feedback.revision != expected_revision:
        raise Conflict("draft_moved_on")
    return feedback


def _complete_when_served(
    session: Session, access: ReflectionAccess, task: FeedbackTask, feedback: PeerFeedback, now: datetime
) -> None:
    # Of two tabs that send the last two at once, the second counts what the first did. Others may still refer to the
    # enrolment meanwhile.
    session.execute(
        select(Enrolment.id).where(Enrolment.id == feedback.giver_id).with_for_update(key_share=True)
    )
    served = count_served(session, feedback.giver_id, access.activity_id)
    if served < task.give and not _is_all_there_was(session, access, task, feedback, now):
        return
    record_completion(
        session,
        feedback.giver_id,
        task.activity_id,
        completed_at=now,
        evidence_kind="peer_feedback",
        evidence_id=feedback.id,
    )


def _is_all_there_was(
    session: Session, access: ReflectionAccess, task: FeedbackTask, feedback: PeerFeedback, now: datetime
) -> bool:
    """Whether nobody else can be served: before the due date a mate may still submit."""
    due_at = find_due_at(session, feedback.giver_id, task.activity_id)
    if due_at is None or due_at > now:
        return False
    return count_unserved(session, feedback.giver_id, access.activity_id) == 0


def complete_served_givers(session: Session, *, now: datetime) -> int:
    """Complete the feedback activity of everybody in a running cohort for whom nobody is left to serve. Daily.

    Sending completes it too; this finds who became ready without sending: the due date passed, or a mate withdrew,
    chose a smaller audience or left. Whoever gave nothing at all is not among them. Returns how many facts are new.
    """
    return sum(
        record_completion(
            session,
            one.giver_id,
            one.activity_id,
            completed_at=now,
            evidence_kind="peer_feedback",
            evidence_id=one.feedback_id,
        )
        for one in list_served_givers(session, now)
    )
