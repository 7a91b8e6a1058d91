"""Feedback from peer to peer: writing it, sending it, and changing it until it is read."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, literal, null, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Enrolment
from peergang.core.errors import Conflict, Invalid
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.coursework.actions.allocation import mark_given
from peergang.coursework.models import PeerFeedback
from peergang.coursework.policy import can_give_feedback
from peergang.coursework.queries.access import ReflectionAccess, get_access, get_access_by_version
from peergang.coursework.queries.at_work import share_cohort
from peergang.coursework.queries.feedback_task import (
    FeedbackTask,
    asked_by,
    count_served,
    count_unserved,
    find_due_at,
    find_feedback_task,
    find_own_feedback,
)
from peergang.coursework.queries.going import get_going
from peergang.coursework.queries.open_account import hold_account
from peergang.coursework.rules.drafts import clean_answers
from peergang.coursework.rules.feedback import (
    Asked,
    FeedbackText,
    clean_criteria,
    save_problems,
    send_problems,
    what_was_asked,
)
from peergang.coursework.rules.going import check_goes_on

NOTHING_SAID: Mapping[str, Mapping[str, str]] = {}


def save_feedback(
    session: Session,
    actor: Actor,
    version_id: UUID,
    answers: Mapping[str, str],
    criteria: Mapping[str, Mapping[str, str]] = NOTHING_SAID,
    *,
    expected_revision: int,
    now: datetime,
) -> int:
    """Keep what the actor writes to a peer about a version; nobody else sees it yet. Returns the new revision.

    Only who shares a peer group with the author now, when the audience holds that group. What was sent stands as it is
    until `send_feedback` puts this in its place.

    Raises:
        Invalid: `too_long` or `seen_unknown` by form field.
        Conflict: `feedback_read` when its receiver read it already, `draft_moved_on` when another tab saved in between,
            and the reasons of `check_goes_on`.
    """
    access = get_access_by_version(session, actor, version_id)
    require(can_give_feedback(actor, access))
    check_goes_on(*get_going(session, access.cohort_id, access.activity_id), now)
    task = find_feedback_task(session, access.activity_id)
    stored = find_own_feedback(session, version_id, access.own_enrolment_id)
    asked = what_was_asked(stored.asked, asked_by(task))
    text = FeedbackText(clean_answers(answers, asked.questions), clean_criteria(criteria, asked.criteria))
    problems = save_problems(text.answers, text.criteria)
    if problems:
        raise Invalid(problems)
    hold_account(session, actor.user_id, access.own_enrolment_id)
    if expected_revision and not stored.revision:
        raise Conflict("draft_moved_on", revision=0)
    statement = _guarded_save(version_id, access.own_enrolment_id, task, text, expected_revision, now)
    revision = session.execute(statement).scalar()
    if revision is None:
        stored = find_own_feedback(session, version_id, access.own_enrolment_id)
        raise Conflict("feedback_read" if stored.is_fixed else "draft_moved_on", revision=stored.revision)
    return revision


def _guarded_save(
    version_id: UUID,
    giver_id: UUID | None,
    task: FeedbackTask | None,
    text: FeedbackText,
    expected_revision: int,
    now: datetime,
) -> ReturningInsert[int]:
    new = {"answers": dict(text.answers), "criteria": dict(text.criteria)}
    activity_id = task.activity_id if task else None
    statement = insert(PeerFeedback).values(
        version_id=version_id, giver_id=giver_id, activity_id=activity_id, revision=1, saved_at=now, **new
    )
    is_draft, given = PeerFeedback.sent_at.is_(None), statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["version_id", "giver_id"],
        set_={
            "answers": case((is_draft, given.answers), else_=PeerFeedback.answers),
            "criteria": case((is_draft, given.criteria), else_=PeerFeedback.criteria),
            "rewrite": case((is_draft, null()), else_=literal(new, JSONB)),
            "saved_at": now,
            "revision": PeerFeedback.revision + 1,
        },
        where=(PeerFeedback.revision == expected_revision) & PeerFeedback.read_at.is_(None),
    ).returning(PeerFeedback.revision)


def send_feedback(
    session: Session, actor: Actor, version_id: UUID, *, expected_revision: int, now: datetime
) -> PeerFeedback:
    """Give the saved feedback to the author, with the comments the actor placed. Sent before and not read yet, what the
    actor changed since takes its place in one step; without a change nothing happens.

    Only who shares a peer group with the author now. When enough peers were served the feedback activity is completed,
    at the first sending; after its due date, everyone in the group who submitted is enough.

    Raises:
        Invalid: `empty` by form field for every question without an answer, `seen_missing` for a criterion with a place
            and no choice.
        Conflict: `feedback_read` when its receiver read it already, `draft_moved_on`, and the reasons of
            `check_goes_on`.
    """
    access = get_access_by_version(session, actor, version_id)
    share_cohort(session, access.cohort_id)
    access = get_access(session, actor, access.reflection_id, lock=True)
    require(can_give_feedback(actor, access))
    check_goes_on(*get_going(session, access.cohort_id, access.activity_id), now)
    feedback = _lock_unread(session, version_id, access.own_enrolment_id, expected_revision)
    task = find_feedback_task(session, access.activity_id)
    asked = what_was_asked(feedback.asked, asked_by(task))
    if feedback.sent_at is not None:
        _send_change(session, feedback, asked, now)
        return feedback
    _check_complete(FeedbackText(feedback.answers, feedback.criteria), asked)
    feedback.sent_at, feedback.asked = now, asked.to_keep()
    session.flush()
    mark_given(session, access.reflection_id, access.own_enrolment_id, now=now)
    if task is not None:
        _complete_when_served(session, access, task, feedback, now)
    enqueue(session, Job.NOTICES_PLAN_RULE, "feedback_received")
    return feedback


def _send_change(session: Session, feedback: PeerFeedback, asked: Asked, now: datetime) -> None:
    if feedback.rewrite is None:
        return
    text = FeedbackText(feedback.rewrite["answers"], feedback.rewrite["criteria"])
    _check_complete(text, asked)
    if (text.answers, text.criteria) != (feedback.answers, feedback.criteria):
        feedback.answers, feedback.criteria = dict(text.answers), dict(text.criteria)
        feedback.changed_at = now
    feedback.rewrite = None
    session.flush()


def _check_complete(text: FeedbackText, asked: Asked) -> None:
    problems = send_problems(text.answers, text.criteria, asked)
    if problems:
        raise Invalid(problems)


def drop_change(session: Session, actor: Actor, version_id: UUID, *, now: datetime) -> None:
    """Forget what the actor was changing about feedback they sent; what was sent stays. Only the giver.

    Raises:
        NotFound, Forbidden: when the actor may not give feedback on this version.
    """
    access = get_access_by_version(session, actor, version_id)
    require(can_give_feedback(actor, access))
    session.execute(
        update(PeerFeedback)
        .where(
            PeerFeedback.version_id == version_id,
            PeerFeedback.giver_id == access.own_enrolment_id,
            PeerFeedback.rewrite.is_not(None),
        )
        .values(rewrite=null(), revision=PeerFeedback.revision + 1, saved_at=now)
        .execution_options(synchronize_session=False)
    )


def _lock_unread(
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
    if feedback.read_at:
        raise Conflict("feedback_read")
    if feedback.revision != expected_revision:
        raise Conflict("draft_moved_on")
    return feedback


def _complete_when_served(
    session: Session, access: ReflectionAccess, task: FeedbackTask, feedback: PeerFeedback, now: datetime
) -> None:
    # Of two tabs that send the last two at once, the second counts what the first did; others may refer to the enrolment.
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
