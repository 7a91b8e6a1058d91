"""Selects about people's choices, and about the ledger for who looks after it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.core.db import Rows
from peergang.identity.models import User
from peergang.notifications.models import Notice, NoticeChoice
from peergang.notifications.rules import UNSETTLED, Delivery, NoticeState


def list_stopped(session: Session, user_id: UUID | None) -> set[str]:
    """The names of the rules of which somebody wants no mail."""
    stops = select(NoticeChoice.rule).where(
        NoticeChoice.user_id == user_id, NoticeChoice.delivery == Delivery.OFF
    )
    return set(session.scalars(stops))


def list_unsettled(session: Session, states: Sequence[NoticeState] = UNSETTLED, limit: int = 500) -> Rows:
    """Messages that wait for a human, the newest first: (id, rule, state, reason, email, finished_at, expires_at)."""
    return session.execute(
        select(
            Notice.id,
            Notice.rule,
            Notice.state,
            Notice.reason,
            User.email,
            Notice.finished_at,
            Notice.expires_at,
        )
        .join(User, User.id == Notice.recipient_id)
        .where(Notice.state.in_(states))
        .order_by(Notice.finished_at.desc(), Notice.id)
        .limit(limit)
    ).all()


def count_open(session: Session) -> dict[str, int]:
    """How many notices stand in each state that something or somebody must still move on; a state without any is 0."""
    counts: dict[str, int] = dict.fromkeys(map(str, (NoticeState.QUEUED, NoticeState.CLAIMED, *UNSETTLED)), 0)
    statement = select(Notice.state, func.count()).where(Notice.state.in_(counts)).group_by(Notice.state)
    return counts | dict(session.execute(statement).all())


def warn_of_doubt(session: Session) -> str:
    """A sentence for the operator when messages wait for a human to say whether they arrived; else an empty one."""
    number = count_open(session)[NoticeState.UNCERTAIN]
    return f"{number} messages in doubt wait for a decision: peergang notices list" if number else ""
