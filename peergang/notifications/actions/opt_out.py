"""The links in mails by which their reader stops one kind of mail or all of it, without signing in.

Whoever holds such a link may choose with it how often that mail comes, and nothing else. A stop is honoured by messages
that are queued already: choices are asked again right before sending.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peergang.core.errors import NotFound
from peergang.notifications.actions.choosing import drop_choice, set_choice, set_rhythm
from peergang.notifications.catalog import Rule, get_rule
from peergang.notifications.models import NoticeChoice
from peergang.notifications.queries.choices import Chosen, find_chosen
from peergang.notifications.rules import Delivery, Kind, Rhythm

_SIGNATURE = 16

EVERYTHING = "*"
"""Instead of the name of a rule: all reminders together, for a mail that holds several."""

_MAILING = (Delivery.AT_ONCE, Delivery.DAILY, Delivery.WEEKLY)


def make_token(secret_key: str, user_id: UUID, rule: str) -> str:
    """What the link in a mail carries: who stops what, signed, so that nobody can stop somebody else's mail.

    `rule` is the name of one, or EVERYTHING. It has no end date: mail is read late, and the law asks for a link that works.
    """
    what = user_id.bytes + rule.encode("ascii")
    return urlsafe_b64encode(_sign(secret_key, what) + what).rstrip(b"=").decode("ascii")


def read_token(secret_key: str, token: str) -> tuple[UUID, Rule | None]:
    """Who stops what, from the link in a mail; no rule means everything.

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
    return user_id, None if name == EVERYTHING else get_reminder(name)


def get_reminder(name: str) -> Rule:
    """The rule called `name`, of which the mail may be stopped.

    Raises:
        NotFound: it exists no more, or is about somebody's account.
    """
    rule = get_rule(name)
    if rule.kind is not Kind.REMINDER:
        raise NotFound
    return rule


def _sign(secret_key: str, what: bytes) -> bytes:
    return hmac.digest(b"unsubscribe:" + secret_key.encode(), what, sha256)[:_SIGNATURE]


def stop_rule(session: Session, user_id: UUID, rule: Rule, *, now: datetime) -> None:
    """Stop one kind of mail for whoever holds the signed link; stopping twice is fine.

    Messages that are queued already are suppressed at the moment of sending. A person who is gone needs no stop.
    """
    set_choice(session, user_id, rule.name, Delivery.OFF, now=now)


def stop_everything(session: Session, user_id: UUID) -> None:
    """Stop all reminder mail for whoever holds the signed link: what they asked for by name too. It still stands on the
    site, and mail about their account goes on.
    """
    set_rhythm(session, user_id, Rhythm.IN_APP)
    session.execute(
        delete(NoticeChoice).where(NoticeChoice.user_id == user_id, NoticeChoice.delivery.in_(_MAILING))
    )


def stop(session: Session, user_id: UUID, rule: Rule | None, *, now: datetime) -> dict[str, str]:
    """Stop what the link is about.

    Returns:
        What stood before, for `undo_stop`; nothing when it had been stopped already.
    """
    before = find_chosen(session, user_id)
    if is_stopped(before, rule):
        return {}
    if rule is None:
        stop_everything(session, user_id)
        return {EVERYTHING: before.rhythm or "", **before.deliveries}
    stop_rule(session, user_id, rule, now=now)
    return {rule.name: before.deliveries.get(rule.name, "")}


def is_stopped(chosen: Chosen, rule: Rule | None) -> bool:
    """Whether what the link is about was stopped."""
    if rule is None:
        return chosen.rhythm is Rhythm.IN_APP and not set(_MAILING) & set(chosen.deliveries.values())
    return chosen.deliveries.get(rule.name) is Delivery.OFF


def soften_stop(
    session: Session, user_id: UUID, rule: Rule | None, delivery: Delivery, *, now: datetime
) -> None:
    """Rather once a week, or on the site alone, than not at all; for whoever holds the signed link.

    Raises:
        NotFound: the link offers no other choice than these two.
    """
    if delivery not in (Delivery.WEEKLY, Delivery.IN_APP):
        raise NotFound
    if rule is None:
        stop_everything(session, user_id)
        set_rhythm(session, user_id, Rhythm(delivery))
    else:
        set_choice(session, user_id, rule.name, delivery, now=now)


def undo_stop(
    session: Session, user_id: UUID, rule: Rule | None, before: Mapping[str, str], *, now: datetime
) -> None:
    """Put back what `stop` returned, for whoever holds the signed link; what is unknown in it is left out.

    With nothing in it the mail comes again as it does for who never chose.
    """
    if rule is not None:
        _restore(session, user_id, rule.name, before.get(rule.name, ""), now)
        return
    rhythm = before.get(EVERYTHING, "")
    set_rhythm(session, user_id, Rhythm(rhythm) if rhythm in {*Rhythm} else None)
    for name, chosen in before.items():
        try:
            _restore(session, user_id, get_reminder(name).name, chosen, now)
        except NotFound:
            continue


def _restore(session: Session, user_id: UUID, rule: str, chosen: str, now: datetime) -> None:
    if chosen in {*Delivery} - {Delivery.OFF}:
        set_choice(session, user_id, rule, Delivery(chosen), now=now)
    elif not chosen:
        drop_choice(session, user_id, rule)
