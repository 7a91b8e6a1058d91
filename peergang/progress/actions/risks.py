"""Setting a false alarm aside, and taking that back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.progress.models import RiskDismissal, RiskSignal
from peergang.progress.policy import can_settle_risk
from peergang.progress.rules.risks import REASON_MAX_LENGTH


def dismiss_risk(session: Session, actor: Actor, risk_id: UUID, reason: str, *, now: datetime) -> None:
    """Say that a signal is a false alarm: it and every later one with the same cause is set aside. Organisers may, and of a
    participant the trainers of the cohort; nobody about themselves. Twice is once: the first reason stays.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such signal. Conflict: `risk_ended`.
        Invalid: {"reason": "missing" | "long"}.
    """
    signal = _hold(session, actor, risk_id)
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": "missing"})
    if len(reason) > REASON_MAX_LENGTH:
        raise Invalid({"reason": "long"})
    if signal.ended_at is not None:
        raise Conflict("risk_ended")
    about = {"rule": signal.rule, "cause": signal.cause, "cohort_id": signal.cohort_id}
    about |= {"enrolment_id": signal.enrolment_id, "institution_id": signal.institution_id}
    statement = insert(RiskDismissal).values(
        **about, reason=reason, dismissed_at=now, dismissed_by_id=actor.user_id
    )
    if session.scalar(statement.on_conflict_do_nothing().returning(RiskDismissal.id)):
        _write_down(session, actor, "risk_dismissed", signal, now)


def undo_dismissal(session: Session, actor: Actor, risk_id: UUID, *, now: datetime) -> None:
    """Let the signal count again, and what comes back for its cause. For whom `dismiss_risk` is.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such signal. Conflict: `risk_not_dismissed`.
    """
    signal = _hold(session, actor, risk_id)
    undone = session.scalars(
        update(RiskDismissal)
        .where(_same(signal), RiskDismissal.undone_at.is_(None))
        .values(undone_at=now, undone_by_id=actor.user_id)
        .returning(RiskDismissal.id)
    ).all()
    if not undone:
        raise Conflict("risk_not_dismissed")
    _write_down(session, actor, "risk_recalled", signal, now)


def _hold(session: Session, actor: Actor, risk_id: UUID) -> RiskSignal:
    """The signal, locked, of which the actor may say something."""
    signal = session.scalar(select(RiskSignal).where(RiskSignal.id == risk_id).with_for_update())
    if signal is None:
        raise NotFound
    about = None
    if signal.enrolment_id is not None:
        about = session.scalar(select(Enrolment.user_id).where(Enrolment.id == signal.enrolment_id))
    require(can_settle_risk(actor, signal.cohort_id, about))
    if actor.user_id is None:
        raise Forbidden
    return signal


def _same(signal: RiskSignal) -> ColumnElement[bool]:
    """The dismissals of the cause of `signal`."""
    about: ColumnElement[bool] = (
        RiskDismissal.enrolment_id == signal.enrolment_id
        if signal.enrolment_id is not None
        else (RiskDismissal.institution_id == signal.institution_id)
        & (RiskDismissal.cohort_id == signal.cohort_id)
    )
    return about & (RiskDismissal.rule == signal.rule) & (RiskDismissal.cause == signal.cause)


def _write_down(session: Session, actor: Actor, verb: str, signal: RiskSignal, now: datetime) -> None:
    kind, about = "institution", signal.institution_id
    if signal.enrolment_id is not None:
        kind, about = "enrolment", signal.enrolment_id
    record_audit(session, actor, verb, kind, about, {"rule": signal.rule}, now=now)
