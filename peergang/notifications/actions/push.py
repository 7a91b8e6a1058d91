"""Which browsers somebody wants messages in, and which messages go there."""

from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core import jobs
from peergang.core.errors import Invalid, NotFound
from peergang.core.jobs import Job
from peergang.core.permissions import Actor, require
from peergang.core.signing import read_id, sign_id
from peergang.core.web_push import PushProblem, check_address, check_keys
from peergang.notifications.actions.glance import rules_on_site
from peergang.notifications.actions.habits import read_habits
from peergang.notifications.actions.inbox import mark_read
from peergang.notifications.models import Notice, PushSubscription
from peergang.notifications.policy import can_read_messages
from peergang.notifications.queries.push import list_candidates, listens
from peergang.notifications.rules import Delivery, Habits, PushState, Urgency, next_open
from peergang.notifications.rules.judging import HERE
from peergang.notifications.rules.push import BROWSERS, WITHIN

_SEEN = "seen"


def hash_endpoint(endpoint: str) -> bytes:
    """By what a browser is found without searching for its address."""
    return sha256(endpoint.encode()).digest()


def add_browser(
    session: Session,
    actor: Actor,
    session_id: UUID,
    asked: Mapping[str, str],
    device: str,
    *,
    now: datetime,
) -> None:
    """Push the actor's messages to a browser from now on; everybody in their own, and in one only for who asked last.

    `asked` holds what the browser gave: endpoint, p256dh and auth.

    Raises:
        Forbidden: nobody is signed in.
        Invalid: the address is none of a push service, or the keys are none.
    """
    require(can_read_messages(actor))
    endpoint, p256dh, auth = (str(asked.get(one, "")) for one in ("endpoint", "p256dh", "auth"))
    try:
        check_address(endpoint)
        check_keys(p256dh, auth)
    except PushProblem as problem:
        raise Invalid({"endpoint": "push_address"}) from problem
    values = {
        "user_id": actor.user_id,
        "session_id": session_id,
        "endpoint": endpoint,
        "p256dh": p256dh,
        "auth": auth,
        "device": device,
        "created_at": now,
        "failures": 0,
        "retry_at": None,
    }
    statement = insert(PushSubscription).values(endpoint_hash=hash_endpoint(endpoint), **values)
    session.execute(statement.on_conflict_do_update(index_elements=["endpoint_hash"], set_=values))
    most = (
        select(PushSubscription.id)
        .where(PushSubscription.user_id == actor.user_id)
        .order_by(
            (PushSubscription.endpoint_hash == hash_endpoint(endpoint)).desc(),
            PushSubscription.last_used_at.desc().nulls_last(),
            PushSubscription.created_at.desc(),
        )
        .offset(BROWSERS)
    )
    session.execute(delete(PushSubscription).where(PushSubscription.id.in_(most)))


def remove_browser(session: Session, actor: Actor, subscription_id: UUID) -> None:
    """Push nothing to this browser any more; everybody their own.

    Raises:
        Forbidden: nobody is signed in.
        NotFound: it is not theirs.
    """
    require(can_read_messages(actor))
    mine = (PushSubscription.id == subscription_id, PushSubscription.user_id == actor.user_id)
    if session.scalar(delete(PushSubscription).where(*mine).returning(PushSubscription.id)) is None:
        raise NotFound


def mark_for_push(session: Session, ids: Collection[UUID], *, now: datetime) -> int:
    """Let these notices be pushed too, as far as their reader has a browser for it and they are of a rule on the site; how
    many they are. What was pushed, or was to be, stays as it is. For workers, which judged that they may be told now.
    """
    has_browser = exists().where(PushSubscription.user_id == Notice.recipient_id, listens(now))
    marked = session.scalars(
        update(Notice)
        .where(
            Notice.id.in_(ids),
            Notice.rule.in_(sorted(rules_on_site())),
            Notice.push_state == PushState.NONE,
            Notice.read_at.is_(None),
            has_browser,
        )
        .values(push_state=PushState.QUEUED)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    if marked:
        jobs.enqueue(session, Job.NOTICES_PUSH)
    return len(marked)


def plan_pushes(session: Session, *, now: datetime) -> int:
    """Mark what became due in the past hours, in a constant number of statements; how much it is. For workers.

    Only who is told at once about a kind of thing is told by push, not in their quiet hours or while they are away, and not
    while they are using the site. The weekly budget is one of mail: a push takes nobody's mailbox.
    """
    rules = rules_on_site()
    rows = list_candidates(session, rules, since=now - WITHIN, now=now)
    if not rows:
        return 0
    habits = read_habits(session, {row.recipient_id for row in rows}, now=now)
    wanted: list[UUID] = []
    for row in rows:
        rule, person = rules[row.rule], habits[row.recipient_id]
        urgency = max(Urgency(row.urgency), rule.weight)
        at_once = person.delivery_of(row.rule, urgency, rule.default) == Delivery.AT_ONCE
        if at_once and may_ring(person, urgency, now):
            wanted.append(row.id)
    return mark_for_push(session, wanted, now=now) if wanted else 0


def may_ring(habits: Habits, urgency: Urgency, now: datetime) -> bool:
    """Whether somebody may be disturbed now. What cannot wait does so in a weekend as well, and never at night."""
    if habits.used_at is not None and now - habits.used_at <= HERE and urgency < Urgency.MUST:
        return False
    return next_open(now, habits.calm, free_days_count=urgency < Urgency.HIGH) <= now


def make_seen_token(secret_key: str, notice_id: UUID) -> str:
    """What a pushed message carries so that clicking on it marks it as read, without a form or a sign-in."""
    return sign_id(secret_key, _SEEN, notice_id)


def see_pushed(session: Session, secret_key: str, token: str, *, now: datetime) -> None:
    """Mark as read what was clicked on; whoever holds the signed token, which was sealed for one browser.

    Raises:
        NotFound: the token is not one of ours.
    """
    notice_id = read_id(secret_key, _SEEN, token)
    if notice_id is None:
        raise NotFound
    mark_read(session, [notice_id], now=now)
