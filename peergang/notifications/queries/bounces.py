"""Selects about mail that comes back."""

from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from peergang.notifications.models import AddressSuspension, MailBounce
from peergang.notifications.rules.bounces import BounceKind

LATELY = timedelta(days=1)


def refuses_mail(address: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether nothing is sent to this address: a part of the select that finds who is signed in."""
    return exists().where(AddressSuspension.address == address)


def warn_of_policy(session: Session) -> str:
    """A sentence for the operator when a provider lately refused our mail as such; else an empty one."""
    domains = session.execute(
        select(func.split_part(MailBounce.address, "@", 2).label("domain"), func.count().label("number"))
        .where(MailBounce.kind == BounceKind.POLICY, MailBounce.at > func.now() - LATELY)
        .group_by("domain")
        .order_by(func.count().desc(), "domain")
        .limit(3)
    ).all()
    if not domains:
        return ""
    named = ", ".join(f"{row.domain} ({row.number})" for row in domains)
    return f"mail is refused by policy, see SPF, DKIM and block lists: {named}"
