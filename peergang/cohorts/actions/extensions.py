"""More time for one participant."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, CohortActivity, Enrolment, Extension
from peergang.cohorts.policy import can_extend
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.due import personal_due_at
from peergang.cohorts.rules import CHANGEABLE, EnrolmentRole, EnrolmentState, due_at_of_day
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.curriculum.models import Activity
from peergang.identity.actions.audit import record_audit

REASON_MAX_LENGTH = 500
LONGEST = timedelta(days=366)
TAKES_PART = (EnrolmentState.INVITED, EnrolmentState.ACTIVE)


def extend_activity(
    session: Session,
    actor: Actor,
    enrolment_id: UUID,
    activity_id: UUID,
    *,
    due_on: date,
    reason: str,
    now: datetime,
) -> list[UUID]:
    """Give a participant until the end of `due_on` for one activity; an extension they had for it makes way. For
    organisers and the trainers of the cohort, not for oneself.

    Returns:
        The activities that are due later now.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such participant, or the cohort has no such activity.
        Conflict: `cohort_state`; `enrolment_state` when they do not take part (any more).
        Invalid: {"reason": "missing" | "long", "due_on": "in_the_past" | "too_far" | "not_later"}.
    """
    return _extend(
        session, actor, enrolment_id, CohortActivity.activity_id == activity_id, due_on, reason, now
    )


def extend_module(
    session: Session,
    actor: Actor,
    enrolment_id: UUID,
    module_id: UUID,
    *,
    due_on: date,
    reason: str,
    now: datetime,
) -> list[UUID]:
    """Give a participant until the end of `due_on` for everything in a module that is not done yet and was due earlier; for
    what they had as much time already, they keep it. Meetings stay where they are. Returns and raises as `extend_activity`.
    """
    wanted = (Activity.module_id == module_id) & (Activity.kind != "meeting")
    return _extend(session, actor, enrolment_id, wanted, due_on, reason, now, keep_more=True)


def revoke_extension(session: Session, actor: Actor, extension_id: UUID, *, now: datetime) -> UUID:
    """Let the date of the cohort count again. For organisers and the trainers of the cohort, not for oneself.

    Returns:
        The enrolment.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such extension, or it does not count any more.
        Conflict: `cohort_state`; `enrolment_state`.
    """
    return revoke(session, actor, extension_id, now).enrolment_id


def revoke(session: Session, actor: Actor, extension_id: UUID, now: datetime) -> Extension:
    """`revoke_extension`, for who goes on with what was taken back."""
    found = session.scalar(select(Extension.enrolment_id).where(Extension.id == extension_id))
    if found is None:
        raise NotFound
    enrolment = _hold(session, actor, found)
    revoked: Extension | None = session.scalar(
        update(Extension)
        .where(Extension.id == extension_id, Extension.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(Extension)
    )
    if revoked is None:
        raise NotFound
    details = {"activities": [str(revoked.activity_id)]}
    record_audit(session, actor, "extension_revoked", "enrolment", enrolment.id, details, now=now)
    return revoked


def _hold(session: Session, actor: Actor, enrolment_id: UUID) -> Enrolment:
    """The enrolment, its cohort held, for who may give it more time."""
    enrolment = session.get(Enrolment, enrolment_id, populate_existing=True)
    if enrolment is None or enrolment.role != EnrolmentRole.PARTICIPANT:
        raise NotFound
    require(can_extend(actor, enrolment.cohort_id, enrolment.user_id))
    lock_cohort(session, enrolment.cohort_id, *CHANGEABLE)
    session.refresh(enrolment)
    if enrolment.state not in TAKES_PART:
        raise Conflict("enrolment_state", state=enrolment.state)
    return enrolment


def _extend(
    session: Session,
    actor: Actor,
    enrolment_id: UUID,
    wanted: ColumnElement[bool],
    due_on: date,
    reason: str,
    now: datetime,
    *,
    keep_more: bool = False,
) -> list[UUID]:
    enrolment = _hold(session, actor, enrolment_id)
    due_at = due_at_of_day(due_on)
    _check(due_at, reason.strip(), now)
    activities = _list_due(session, enrolment, wanted, due_at, keep_more=keep_more)
    _replace(session, actor, enrolment, activities, due_at, reason.strip(), now)
    details = {"activities": [str(one) for one in activities], "due_on": str(due_on)}
    record_audit(session, actor, "extension_granted", "enrolment", enrolment_id, details, now=now)
    return activities


def _check(due_at: datetime, reason: str, now: datetime) -> None:
    problems: dict[str, str] = {}
    if not reason:
        problems["reason"] = "missing"
    elif len(reason) > REASON_MAX_LENGTH:
        problems["reason"] = "long"
    if due_at <= now:
        problems["due_on"] = "in_the_past"
    elif due_at > now + LONGEST:
        problems["due_on"] = "too_far"
    if problems:
        raise Invalid(problems)


def _list_due(
    session: Session,
    enrolment: Enrolment,
    wanted: ColumnElement[bool],
    due_at: datetime,
    *,
    keep_more: bool,
) -> list[UUID]:
    """Those of the wanted activities that are not done and would otherwise be due before `due_at`: by the date of the cohort,
    or with `keep_more` by their own.
    """
    date = personal_due_at(enrolment.id) if keep_more else CohortActivity.due_at
    rows = session.execute(
        select(CohortActivity.activity_id, date.label("due_at"), ActivityCompletion.completed_at)
        .join(Activity, Activity.id == CohortActivity.activity_id)
        .outerjoin(
            ActivityCompletion,
            (ActivityCompletion.activity_id == Activity.id)
            & (ActivityCompletion.enrolment_id == enrolment.id),
        )
        .where(CohortActivity.cohort_id == enrolment.cohort_id, wanted)
        .order_by(CohortActivity.activity_id)
    ).all()
    if not rows:
        raise NotFound
    found = [row.activity_id for row in rows if row.due_at < due_at and row.completed_at is None]
    if not found:
        raise Invalid({"due_on": "not_later"})
    return found


def _replace(
    session: Session,
    actor: Actor,
    enrolment: Enrolment,
    activities: Sequence[UUID],
    due_at: datetime,
    reason: str,
    now: datetime,
) -> None:
    session.execute(
        update(Extension)
        .where(
            Extension.enrolment_id == enrolment.id,
            Extension.activity_id.in_(activities),
            Extension.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    insert_extensions(session, actor, enrolment.id, activities, due_at, reason, now)


def insert_extensions(
    session: Session,
    actor: Actor,
    enrolment_id: UUID,
    activities: Sequence[UUID],
    due_at: datetime,
    reason: str,
    now: datetime,
) -> None:
    """One for each of the activities; whoever calls this saw to it that none counts any more."""
    session.execute(
        insert(Extension),
        [
            {
                "enrolment_id": enrolment_id,
                "activity_id": one,
                "due_at": due_at,
                "reason": reason,
                "granted_by_id": actor.user_id,
                "granted_at": now,
            }
            for one in activities
        ],
    )
