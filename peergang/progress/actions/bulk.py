"""One thing for several participants at once: in one transaction, each told apart. The use cases below this one decide."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.attendance import record_attendance
from peergang.cohorts.actions.extension_undoing import undo_extension
from peergang.cohorts.actions.extensions import extend_activity, extend_module
from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.cohorts.models import Enrolment, Extension
from peergang.cohorts.policy import can_read_reasons, can_record_attendance
from peergang.cohorts.queries.attendance import list_attendance
from peergang.cohorts.queries.schedule import get_meeting
from peergang.cohorts.rules import AttendanceState, EnrolmentRole, due_at_of_day
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor, require

ALREADY = {"due_on": "not_later"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it for one participant: `why` says why it was skipped, and is empty when it was done. `undo` are the
    records by which it can be taken back.
    """

    enrolment_id: UUID
    why: str = ""
    undo: Sequence[UUID] = field(default_factory=tuple)


def extend_all(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    enrolment_ids: Collection[UUID],
    *,
    due_on: date,
    reason: str,
    now: datetime,
    activity_id: UUID | None = None,
    module_id: UUID | None = None,
) -> list[Outcome]:
    """Give these participants of a cohort more time for one activity or for a module, with one reason. Who has it done, or
    has as much time already, is skipped. For whom `extend_activity` is; raises what that raises about the date and the
    reason, and changes nothing then.
    """
    require(can_record_attendance(actor, cohort_id))

    def one(enrolment_id: UUID) -> Sequence[UUID]:
        more = {"due_on": due_on, "reason": reason, "now": now}
        if module_id is not None:
            given = extend_module(session, actor, enrolment_id, module_id, **more)  # type: ignore[arg-type]
        elif activity_id is not None:
            _refuse_less(session, enrolment_id, activity_id, due_on)
            given = extend_activity(session, actor, enrolment_id, activity_id, **more)  # type: ignore[arg-type]
        else:
            raise NotFound
        return _given(session, enrolment_id, given)

    return _each(session, cohort_id, enrolment_ids, one)


def _given(session: Session, enrolment_id: UUID, activity_ids: Collection[UUID]) -> Sequence[UUID]:
    return session.scalars(
        select(Extension.id).where(
            Extension.enrolment_id == enrolment_id,
            Extension.activity_id.in_(activity_ids),
            Extension.revoked_at.is_(None),
        )
    ).all()


def _refuse_less(session: Session, enrolment_id: UUID, activity_id: UUID, due_on: date) -> None:
    """Who has as much time already keeps that: what is done for many takes nothing from one of them."""
    has = select(Extension.id).where(
        Extension.enrolment_id == enrolment_id,
        Extension.activity_id == activity_id,
        Extension.revoked_at.is_(None),
        Extension.due_at >= due_at_of_day(due_on),
    )
    if session.scalar(has) is not None:
        raise Invalid(ALREADY)


def complete_all(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    enrolment_ids: Collection[UUID],
    activity_id: UUID,
    *,
    reason: str,
    now: datetime,
) -> list[Outcome]:
    """Say of these participants of a cohort that they completed an activity, with one reason. Who did is skipped. For whom
    `override_completion` is; raises what that raises about the reason, and changes nothing then.
    """
    require(can_read_reasons(actor, cohort_id))

    def one(enrolment_id: UUID) -> Sequence[UUID]:
        return [override_completion(session, actor, enrolment_id, activity_id, reason, now=now)]

    return _each(session, cohort_id, enrolment_ids, one)


def attend_all(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    enrolment_ids: Collection[UUID],
    meeting_id: UUID,
    *,
    now: datetime,
) -> list[Outcome]:
    """Write down that these participants were at a meeting of the cohort; others stay as they are. For whom
    `record_attendance` is, and raises what that raises.
    """
    require(can_record_attendance(actor, cohort_id))
    if get_meeting(session, meeting_id).cohort_id != cohort_id:
        raise NotFound
    known = {row.enrolment_id: row.state for row in list_attendance(session, cohort_id, meeting_id)}
    found = [(one, known.get(one, "gone")) for one in _own(session, cohort_id, enrolment_ids)]
    new = [one for one, state in found if one in known and state != AttendanceState.PRESENT]
    record_attendance(session, actor, meeting_id, dict.fromkeys(new, str(AttendanceState.PRESENT)), now=now)
    return [
        Outcome(one, "" if one in new else "enrolment_state" if one not in known else "already_present")
        for one, _ in found
    ]


def revoke_extensions(
    session: Session, actor: Actor, cohort_id: UUID, ids: Collection[UUID], *, now: datetime
) -> int:
    """Let the dates count again that counted before `extend_all` gave others: of an earlier extension, or of the cohort. What
    does not count any more is passed over. Gives how many.
    """
    require(can_record_attendance(actor, cohort_id))
    return sum(_found(lambda one=one: undo_extension(session, actor, one, now=now)) for one in ids)  # type: ignore[misc]


def take_back_overrides(
    session: Session, actor: Actor, cohort_id: UUID, ids: Collection[UUID], *, now: datetime
) -> int:
    """Take back what `complete_all` said. What was taken back already is passed over. Gives how many."""
    require(can_read_reasons(actor, cohort_id))
    return sum(_found(lambda one=one: take_back_override(session, actor, one, now=now)) for one in ids)  # type: ignore[misc]


def _found(act: Callable[[], object]) -> bool:
    try:
        act()
    except NotFound:
        return False
    return True


def _own(session: Session, cohort_id: UUID, enrolment_ids: Collection[UUID]) -> Sequence[UUID]:
    """Those of the enrolments that are of participants of this cohort, in a fixed order; nobody else is so much as named."""
    return session.scalars(
        select(Enrolment.id)
        .where(
            Enrolment.id.in_(list(enrolment_ids)),
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
        )
        .order_by(Enrolment.id)
    ).all()


def _each(
    session: Session, cohort_id: UUID, enrolment_ids: Collection[UUID], act: Callable[[UUID], Sequence[UUID]]
) -> list[Outcome]:
    found = []
    for enrolment_id in _own(session, cohort_id, enrolment_ids):
        try:
            # What one refuses half-way leaves nothing of that one behind.
            with session.begin_nested():
                found.append(Outcome(enrolment_id, undo=act(enrolment_id)))
        except Forbidden:
            found.append(Outcome(enrolment_id, "self"))
        except Conflict as error:
            if error.reason == "cohort_state":
                raise
            found.append(Outcome(enrolment_id, error.reason))
        except Invalid as error:
            if error.problems != ALREADY:
                raise
            found.append(Outcome(enrolment_id, "not_later"))
    return found
