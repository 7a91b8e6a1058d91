"""People's own choices: stop a kind of mail, with one click in the mail or on the page with preferences."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.errors import NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.models import User
from peergang.notifications.catalog import Rule, get_rule, list_choices
from peergang.notifications.models import NoticeChoice
from peergang.notifications.policy import can_change_preferences
from peergang.notifications.rules import Delivery, Kind

_SIGNATURE = 16


def make_token(secret_key: str, user_id: UUID, rule: str) -> str:
    """What the link in a mail carries: who stops what, signed, so that nobody can stop somebody else's mail.

    It has no end date: mail is read late, and the law asks for a link that works.
    """
    what = user_id.bytes + rule.encode("ascii")
    return urlsafe_b64encode(_sign(secret_key, what) + what).rstrip(b"=").decode("ascii")


def read_token(secret_key: str, token: str) -> tuple[UUID, Rule]:
    """Who stops what, from the link in a mail.

    Raises:
        NotFound: the token is not one of ours, or the rule exists no more or may not be stopped.
    """
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        signature, what = raw[:_SIGNATURE], raw[_SIGNATURE:]
        user_id, name = UUID(bytes=what[:16]), what[16:].decode("ascii")
    except (Base64Error, UnicodeError, ValueError):
        raise NotFound from None
    if not hmac.compare_digest(signature, _sign(secret_key, what)):
        raise NotFound
    rule = get_rule(name)
    if rule.kind is not Kind.REMINDER:
        raise NotFound
    return user_id, rule


def _sign(secret_key: str, what: bytes) -> bytes:
    return hmac.digest(b"unsubscribe:" + secret_key.encode(), what, sha256)[:_SIGNATURE]


def stop_rule(session: Session, user_id: UUID, rule: Rule, *, now: datetime) -> None:
    """Stop one kind of mail for whoever holds the signed link; stopping twice is fine.

    Messages that are queued already are suppressed at the moment of sending. A person who is gone needs no stop.
    """
    if session.scalar(select(exists().where(User.id == user_id))):
        values = {"user_id": user_id, "rule": rule.name, "delivery": Delivery.OFF, "since": now}
        statement = insert(NoticeChoice).values(values)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["user_id", "rule"],
                set_={"delivery": Delivery.OFF, "since": now},
                where=NoticeChoice.delivery != Delivery.OFF,
            )
        )


def resume_rule(session: Session, user_id: UUID, rule: Rule) -> None:
    """Take a stop back, for whoever holds the signed link."""
    session.execute(
        delete(NoticeChoice).where(
            NoticeChoice.user_id == user_id,
            NoticeChoice.rule == rule.name,
            NoticeChoice.delivery == Delivery.OFF,
        )
    )


def choose_rules(
    session: Session, actor: Actor, user_id: UUID, wanted: Collection[str], *, now: datetime
) -> None:
    """Set which of the reminders on offer somebody wants; everybody their own. Other names in `wanted` are ignored.

    Raises:
        Forbidden: it is somebody else's choice.
    """
    require(can_change_preferences(actor, user_id))
    for rule in list_choices(actor):
        if rule.name in wanted:
            resume_rule(session, user_id, rule)
        else:
            stop_rule(session, user_id, rule, now=now)
