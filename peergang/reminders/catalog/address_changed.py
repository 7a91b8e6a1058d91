"""Somebody changed their address, or an organiser did: the old and the new one both hear of it. Nobody can stop these mails."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, literal, select, union_all
from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext as _
from peergang.identity.models import EmailChange
from peergang.notifications.catalog import ADDRESS, Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind

OLD, NEW = "old", "new"
KEPT_FOR = timedelta(days=7)


def _both(*conditions: object) -> Rows:
    """Every change twice, once for each address."""
    halves = [
        select(
            EmailChange.id.label("subject_id"),
            EmailChange.user_id.label("recipient_id"),
            literal(side, String).label("occurrence"),
            EmailChange.changed_at,
        ).where(*conditions)  # type: ignore[arg-type]
        for side in (OLD, NEW)
    ]
    both = union_all(*halves).subquery("both")
    return select(both.c.subject_id, both.c.recipient_id, both.c.occurrence, both.c.changed_at)


def standing(now: datetime) -> Rows:
    """What happened cannot unhappen."""
    both = _both().subquery("changes")
    return select(
        both.c.subject_id, both.c.recipient_id, both.c.occurrence, literal("", String).label("blocked")
    )


def due(now: datetime) -> Rows:
    """What happened lately."""
    both = _both(EmailChange.changed_at > now - KEPT_FOR).subquery("changes")
    return select(
        both.c.subject_id,
        both.c.recipient_id,
        both.c.occurrence,
        both.c.changed_at.label("not_before"),
        (both.c.changed_at + literal(KEPT_FOR)).label("expires_at"),
    )


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Where it goes; each mail says for which address it is, and whether its reader changed it."""
    rows = session.execute(
        select(EmailChange.id, EmailChange.old_email, EmailChange.user_id, EmailChange.changed_by_id).where(
            EmailChange.id.in_({claim.subject_id for claim in claims})
        )
    )
    changes = {row.id: row for row in rows}
    found: dict[UUID, Content] = {}
    for claim in claims:
        change = changes.get(claim.subject_id)
        if change is not None:
            is_old, by_self = claim.occurrence == OLD, change.user_id == change.changed_by_id
            more = {ADDRESS: change.old_email} if is_old else {}
            found[claim.id] = {"path": "/hulp", "is_old": is_old, "by_self": by_self, **more}
    return found


RULE = Rule(
    name="address_changed",
    kind=Kind.ACCOUNT,
    title=_("Je e‑mailadres is veranderd"),
    timing=_("Meteen"),
    reason=_("je e‑mailadres is veranderd"),
    due=due,
    standing=standing,
    content=content,
)
