"""Somebody, or an admin for them, said that an address works at which mail came back: one mail tries it, and proves it by
arriving. It comes back as any other does, and then the address is left alone again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext as _
from peergang.identity.models import User
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.models import MailBounce
from peergang.notifications.rules import Kind

OF_USE = timedelta(days=1)


def _tried(*conditions: object) -> Rows:
    """When the present address of each person was last said to work."""
    return (
        select(
            User.id.label("subject_id"),
            User.id.label("recipient_id"),
            func.max(MailBounce.forgiven_at).label("at"),
        )
        .join(User, (User.id == MailBounce.user_id) & (func.lower(User.email) == MailBounce.address))
        .where(MailBounce.forgiven_at.is_not(None), *conditions)  # type: ignore[arg-type]
        .group_by(User.id)
    )


def standing(now: datetime) -> Rows:
    """It was said, and the address is still theirs."""
    tried = _tried().subquery("tried")
    return select(
        tried.c.subject_id,
        tried.c.recipient_id,
        cast(func.extract("epoch", tried.c.at), String).label("occurrence"),
        literal("", String).label("blocked"),
    )


def due(now: datetime) -> Rows:
    """What was said lately."""
    tried = _tried(MailBounce.forgiven_at > now - OF_USE).subquery("tried")
    return select(
        tried.c.subject_id,
        tried.c.recipient_id,
        cast(func.extract("epoch", tried.c.at), String).label("occurrence"),
        tried.c.at.label("not_before"),
        (tried.c.at + literal(OF_USE)).label("expires_at"),
    )


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Nothing but that it arrived."""
    return {claim.id: {"path": "/herinneringen"} for claim in claims}


RULE = Rule(
    name="address_tried",
    kind=Kind.ACCOUNT,
    title=_("Je e‑mailadres werkt"),
    timing=_("Meteen"),
    reason=_("je e‑mailadres opnieuw geprobeerd wordt"),
    due=due,
    standing=standing,
    content=content,
)
