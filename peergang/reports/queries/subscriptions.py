"""What somebody gets every week or month."""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.core.signing import read_id
from peergang.reports.models import Subscription

SHOWN_AFTER_END = timedelta(days=30)

_SHOWN = select(
    Subscription.id,
    Subscription.kind,
    Subscription.query,
    Subscription.title,
    Subscription.format,
    Subscription.weekday,
    Subscription.next_on,
    Subscription.paused_at,
    Subscription.ended_at,
    Subscription.ended_because,
)


def list_subscriptions(session: Session, actor: Actor, now: datetime) -> Rows:
    """One's own, those that ended by themselves in the last month too. Columns: id, kind, query, title, format, weekday,
    next_on, paused_at, ended_at, ended_because.
    """
    told = (Subscription.ended_because != "self") & (Subscription.ended_at > now - SHOWN_AFTER_END)
    own = _SHOWN.where(Subscription.user_id == actor.user_id, or_(Subscription.ended_at.is_(None), told))
    return session.execute(
        own.order_by(Subscription.ended_at.is_not(None), Subscription.title, Subscription.id)
    ).all()


def find_subscription(session: Session, actor: Actor, kind: str, query: str) -> AnyRow | None:
    """One's own for this table, with the columns of `list_subscriptions`."""
    own = _SHOWN.where(
        Subscription.user_id == actor.user_id,
        Subscription.kind == kind,
        Subscription.query == query,
        Subscription.ended_at.is_(None),
    )
    return session.execute(own).one_or_none()


def is_meant(secret_key: str, token: str) -> ColumnElement[bool]:
    """Whether the token in a mail is about this subscription."""
    if (subscription_id := read_id(secret_key, "end_report", token)) is not None:
        return Subscription.id == subscription_id
    return Subscription.old_end_token == sha256(token.encode()).digest()


def get_by_token(session: Session, secret_key: str, token: str) -> AnyRow:
    """The one that a mail is about. Columns: id, title, ended_at.

    Raises:
        NotFound: no subscription has this token.
    """
    row = session.execute(
        select(Subscription.id, Subscription.title, Subscription.ended_at).where(is_meant(secret_key, token))
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
