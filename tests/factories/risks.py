"""Signals, as the background finds them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.progress.actions.evaluating import evaluate_all, evaluate_marked
from peergang.progress.models import RiskSignal
from tests.factories.progress import compile_now


def evaluate_now(session: Session, now: datetime, *, everything: bool = True) -> None:
    """What the worker does after the compile: at night everything, by day what changed."""
    compile_now(session, now)
    if everything:
        evaluate_all(session, now=now)
    else:
        evaluate_marked(session, now=now)
    session.expire_all()


def open_signals(session: Session, rule: str | None = None) -> list[RiskSignal]:
    """What asks for attention, of one rule when given, also what was set aside."""
    statement = (
        select(RiskSignal).where(RiskSignal.ended_at.is_(None)).order_by(RiskSignal.rule, RiskSignal.since)
    )
    return list(session.scalars(statement if rule is None else statement.where(RiskSignal.rule == rule)))
