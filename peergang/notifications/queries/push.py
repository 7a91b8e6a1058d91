"""Selects about browsers that get messages pushed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from peergang.core.db import Rows
from peergang.identity.models import SignInSession, User
from peergang.notifications.models import Notice, PushSubscription
from peergang.notifications.queries.inbox import stands_by_now
from peergang.notifications.queries.queue import is_held
from peergang.notifications.rules import PushState


def listens(now: datetime) -> ColumnElement[bool]:
    """Whether a browser may still be pushed to: whoever asked for it is still signed in there, as far as we know. Signing out,
    ending it from elsewhere and the passing of its time all end it, also when nothing is left of that sign-in.
    """
    signed_in = select(SignInSession.id).where(
        SignInSession.id == PushSubscription.session_id,
        SignInSession.revoked_at.is_(None),
        SignInSession.expires_at > now,
    )
    return signed_in.correlate(PushSubscription).exists()


def list_browsers(session: Session, user_id: UUID, now: datetime) -> Rows:
    """Somebody's browsers, the newest first: (id, endpoint_hash, device, created_at, last_used_at, failures)."""
    return session.execute(
        select(
            PushSubscription.id,
            PushSubscription.endpoint_hash,
            PushSubscription.device,
            PushSubscription.created_at,
            PushSubscription.last_used_at,
            PushSubscription.failures,
        )
        .where(PushSubscription.user_id == user_id, listens(now))
        .order_by(PushSubscription.created_at.desc(), PushSubscription.id)
    ).all()


def list_candidates(session: Session, rules: Collection[str], *, since: datetime, now: datetime) -> Rows:
    """What became due lately, was not read, is not held back by an operator, and is for somebody with a browser: (id, rule,
    urgency, recipient_id).
    """
    has_browser = select(PushSubscription.id).where(
        PushSubscription.user_id == Notice.recipient_id, listens(now)
    )
    return session.execute(
        select(Notice.id, Notice.rule, Notice.urgency, Notice.recipient_id)
        .where(
            Notice.recipient_id.in_(select(PushSubscription.user_id)),
            has_browser.correlate(Notice).exists(),
            Notice.ready_at > since,
            Notice.expires_at > now,
            Notice.read_at.is_(None),
            Notice.push_state == PushState.NONE,
            ~is_held(),
            *stands_by_now(now, rules),
        )
        .order_by(Notice.ready_at, Notice.id)
    ).all()


def list_addresses(session: Session, people: Collection[UUID], now: datetime) -> Rows:
    """Where these people can be reached, also the browsers that are to be left alone for a while: (user_id, locale, id,
    endpoint, p256dh, auth, failures, resting).
    """
    resting = (PushSubscription.retry_at.is_not(None) & (PushSubscription.retry_at > now)).label("resting")
    return session.execute(
        select(
            PushSubscription.user_id,
            User.locale,
            PushSubscription.id,
            PushSubscription.endpoint,
            PushSubscription.p256dh,
            PushSubscription.auth,
            PushSubscription.failures,
            resting,
        )
        .join(User, User.id == PushSubscription.user_id)
        .where(PushSubscription.user_id.in_(people), User.deactivated_at.is_(None), listens(now))
    ).all()
