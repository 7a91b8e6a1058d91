"""Completion by judgment: a trainer or an organiser says that somebody completed an activity, and may take that back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import ActivityCompletion, CompletionOverride, Enrolment, WaitingEvidence
from peergang.cohorts.policy import can_override
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.overrides import find_activity_now
from peergang.cohorts.rules import CohortState, EnrolmentRole, EnrolmentState
from peergang.cohorts.rules.completion import OVERRIDE
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit

REASON_MAX_LENGTH = 500
OVERRIDABLE = (CohortState.OPEN, CohortState.RUNNING)


def override_completion(
    session: Session, actor: Actor, enrolment_id: UUID, activity_id: UUID, reason: str, *, now: datetime
) -> UUID:
    """Say that a participant completed an activity, and why. For the trainers of the cohort and organisers, not for oneself.

    The fact gets this moment as its date and the override as its evidence; the participant sees the reason. Evidence that
    comes later waits (`record_completions`). Gives the override.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such participant, or the cohort has no such activity.
        Conflict: `cohort_state`; `enrolment_state` when they do not take part; `already_completed`.
        Invalid: {"reason": "missing" | "long"}.
    """
    enrolment = _hold(session, actor, enrolment_id)
    if enrolment.state != EnrolmentState.ACTIVE:
        raise Conflict("enrolment_state", state=enrolment.state)
    words = _check(reason)
    activity = find_activity_now(session, enrolment.cohort_id, activity_id)
    if activity is None:
        raise NotFound
    if session.get(ActivityCompletion, (enrolment_id, activity)) is not None:
        raise Conflict("already_completed")
    override_id = _write(session, actor, enrolment_id, activity, words, now)
    new = record_completion(
        session, enrolment_id, activity, completed_at=now, evidence_kind=OVERRIDE, evidence_id=override_id
    )
    if not new:
        raise Conflict("already_completed")
    # The reason stands with the override: who reads the log sees that it is so, and not why.
    details = {"activity": str(activity)}
    record_audit(session, actor, "completion_overridden", "enrolment", enrolment_id, details, now=now)
    return override_id


def take_back_override(session: Session, actor: Actor, override_id: UUID, *, now: datetime) -> UUID:
    """Take a mistaken override back; that it was there, and who took it back when, stays to be seen. For whom it is to give.

    What rested on it alone counts no longer, in this edition and earlier ones. Where evidence came in meanwhile, that
    becomes the fact, with its own date and rule version. No fact with evidence of its own is touched (invariant 2). Gives
    the enrolment.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such override, or it was taken back already.
        Conflict: `cohort_state`.
    """
    found = session.scalar(
        select(CompletionOverride.enrolment_id).where(CompletionOverride.id == override_id)
    )
    if found is None:
        raise NotFound
    _hold(session, actor, found)
    taken = session.scalar(
        update(CompletionOverride)
        .where(CompletionOverride.id == override_id, CompletionOverride.taken_back_at.is_(None))
        .values(taken_back_at=now, taken_back_by_id=actor.user_id)
        .returning(CompletionOverride.activity_id)
    )
    if taken is None:
        raise NotFound
    _make_way(session, override_id)
    details = {"activity": str(taken)}
    record_audit(session, actor, "override_taken_back", "enrolment", found, details, now=now)
    return found


def _hold(session: Session, actor: Actor, enrolment_id: UUID) -> Enrolment:
    """The enrolment, with its cohort held, for who may judge about it."""
    enrolment = session.get(Enrolment, enrolment_id, populate_existing=True)
    if enrolment is None or enrolment.role != EnrolmentRole.PARTICIPANT:
        raise NotFound
    require(can_override(actor, enrolment.cohort_id, enrolment.user_id))
    lock_cohort(session, enrolment.cohort_id, *OVERRIDABLE)
    session.refresh(enrolment)
    return enrolment


def _check(reason: str) -> str:
    words = " ".join(reason.split())
    if not words:
        raise Invalid({"reason": "missing"})
    if len(words) > REASON_MAX_LENGTH:
        raise Invalid({"reason": "long"})
    return words


def _write(
    session: Session, actor: Actor, enrolment_id: UUID, activity_id: UUID, reason: str, now: datetime
) -> UUID:
    """The override; whoever gave one at the same moment was first."""
    made = session.scalar(
        insert(CompletionOverride)
        .values(
            enrolment_id=enrolment_id,
            activity_id=activity_id,
            reason=reason,
            made_by_id=actor.user_id,
            made_at=now,
        )
        .on_conflict_do_nothing()
        .returning(CompletionOverride.id)
    )
    if made is None:
        raise Conflict("already_completed")
    return UUID(str(made))


def _make_way(session: Session, override_id: UUID) -> None:
    """Remove what rests on the override alone, and let the evidence that waited take its place."""
    fact = ActivityCompletion
    gone = session.execute(
        delete(fact)
        .where(fact.evidence_kind == literal(OVERRIDE), fact.evidence_id == override_id)
        .returning(fact.enrolment_id, fact.activity_id)
    ).all()
    if not gone:
        return
    waiting = WaitingEvidence
    names = ("enrolment_id", "activity_id", "completed_at", "evidence_kind", "evidence_id", "rule_version")
    came = select(*(getattr(waiting, name) for name in names)).where(
        waiting.enrolment_id == gone[0].enrolment_id,
        waiting.activity_id.in_([one.activity_id for one in gone]),
    )
    session.execute(insert(fact).from_select(names, came).on_conflict_do_nothing())
    session.expire_all()
