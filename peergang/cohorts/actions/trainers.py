"""Who trains a cohort."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.invitations import request_invitations
from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.policy import can_manage_cohort, is_about_self
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.rules import CHANGEABLE, INVITING, EnrolmentRole, EnrolmentState
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.people import find_or_create_user
from peergang.identity.models import User
from peergang.identity.queries import find_user_by_email

TrainerLeft = Callable[[Session, UUID, datetime, UUID], None]
"""Called with the person, the moment and the cohort, inside the transaction in which they stop training it."""

_when_trainer_left: list[TrainerLeft] = []


def when_trainer_left(callback: TrainerLeft) -> None:
    """Let a higher feature hand over what the trainer had in hand. Whoever starts a process with actions calls this."""
    if callback not in _when_trainer_left:
        _when_trainer_left.append(callback)


def tell_trainer_left(session: Session, enrolment: Enrolment, now: datetime) -> None:
    """Tell the higher features, once the enrolment says so too. Nothing happens for a participant."""
    if enrolment.role != EnrolmentRole.TRAINER:
        return
    session.flush()
    for callback in _when_trainer_left:
        callback(session, enrolment.user_id, now, enrolment.cohort_id)


def assign_trainer(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    *,
    email: str,
    given_name: str = "",
    particle: str = "",
    family_name: str = "",
    now: datetime,
) -> Enrolment:
    """Let somebody train the cohort: the person with this address, or a new one when a name is given. For organisers.

    Who has a password starts at once; a new person is invited when the cohort is open.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort. Conflict: `cohort_state`.
        Invalid: {"given_name": "name_needed"}, {"email": "account_closed" | "is_trainer" | "email_shape" | "own_place"}.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    names = {"given_name": given_name, "particle": particle, "family_name": family_name}
    user = find_user_by_email(session, email) or _make(session, actor, email, names, now)
    _refuse(actor, user)
    enrolment = _enrol(session, cohort, user, now)
    session.flush()
    if enrolment.state == EnrolmentState.INVITED:
        request_invitations(session, cohort, [enrolment.id], now=now)
    record_audit(session, actor, "trainer_assigned", "cohort", cohort_id, {"user": str(user.id)}, now=now)
    return enrolment


def remove_trainer(
    session: Session, actor: Actor, cohort_id: UUID, enrolment_id: UUID, *, now: datetime
) -> None:
    """Let somebody train the cohort no longer. For organisers. A cohort that was opened keeps at least one trainer.

    Raises:
        Forbidden: for anybody else. NotFound: when they do not train it.
        Conflict: `cohort_state`; `last_trainer`.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    enrolment = session.get(Enrolment, enrolment_id)
    if enrolment is None or enrolment.cohort_id != cohort_id or not _trains(enrolment):
        raise NotFound
    keep_a_trainer(session, cohort, enrolment_id)
    enrolment.state, enrolment.withdrawn_at = EnrolmentState.WITHDRAWN, now
    tell_trainer_left(session, enrolment, now)
    details = {"user": str(enrolment.user_id)}
    record_audit(session, actor, "trainer_removed", "cohort", cohort_id, details, now=now)


def keep_a_trainer(session: Session, cohort: Cohort, leaving_id: UUID) -> None:
    """Refuse that the last trainer leaves a cohort that was opened. The caller holds the cohort; others may always leave.

    Raises:
        Conflict: `last_trainer`.
    """
    trainers = session.scalars(
        select(Enrolment.id).where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.role == EnrolmentRole.TRAINER,
            Enrolment.state != EnrolmentState.WITHDRAWN,
        )
    ).all()
    if trainers == [leaving_id] and cohort.state in INVITING:
        raise Conflict("last_trainer")


def _trains(enrolment: Enrolment) -> bool:
    return enrolment.role == EnrolmentRole.TRAINER and enrolment.state != EnrolmentState.WITHDRAWN


def _refuse(actor: Actor, user: User) -> None:
    if is_about_self(actor, user.id):
        raise Invalid({"email": "own_place"})
    if user.deactivated_at is not None:
        raise Invalid({"email": "account_closed"})


def _make(session: Session, actor: Actor, email: str, names: dict[str, str], now: datetime) -> User:
    if not names["given_name"].strip():
        raise Invalid({"given_name": "name_needed"})
    return find_or_create_user(session, actor, email=email, now=now, **names)


def _enrol(session: Session, cohort: Cohort, user: User, now: datetime) -> Enrolment:
    enrolment = session.scalar(
        select(Enrolment).where(
            Enrolment.cohort_id == cohort.id,
            Enrolment.user_id == user.id,
            Enrolment.role == EnrolmentRole.TRAINER,
        )
    )
    if enrolment is None:
        enrolment = Enrolment(cohort_id=cohort.id, user_id=user.id, role=EnrolmentRole.TRAINER)
        session.add(enrolment)
    elif enrolment.state != EnrolmentState.WITHDRAWN:
        raise Invalid({"email": "is_trainer"})
    starts_now = user.password_hash is not None
    enrolment.state = EnrolmentState.ACTIVE if starts_now else EnrolmentState.INVITED
    enrolment.activated_at = now if starts_now else None
    enrolment.invited_at = now if not starts_now and cohort.state in INVITING else None
    enrolment.withdrawn_at = None
    return enrolment
