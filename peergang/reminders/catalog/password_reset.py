"""Somebody asked for a new password: the link goes out at once, and its secret is made only now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext
from peergang.identity.actions.links import issue_token_secret
from peergang.identity.models import SingleUseToken
from peergang.identity.rules import TokenPurpose
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.queries.links import select_links, select_open_links


def standing(now: datetime) -> Rows:
    """All requests; what was used or is too old needs no mail."""
    return select_links(TokenPurpose.PASSWORD_RESET, now)


def due(now: datetime) -> Rows:
    """Requests that are open."""
    return select_open_links(TokenPurpose.PASSWORD_RESET, now)


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """A new secret for each; and until when it works."""
    found = {
        token.id: token.expires_at
        for token in session.execute(
            select(SingleUseToken.id, SingleUseToken.expires_at).where(
                SingleUseToken.id.in_({claim.subject_id for claim in claims})
            )
        )
    }
    return {
        claim.id: {
            "path": f"/wachtwoord-opnieuw/{issue_token_secret(session, claim.subject_id, now=now)}",
            "until": found[claim.subject_id],
        }
        for claim in claims
        if claim.subject_id in found
    }


RULE = Rule(
    name="password_reset",
    kind=Kind.ACCOUNT,
    title=lazy_gettext("Nieuw wachtwoord"),
    timing=lazy_gettext("Meteen"),
    reason=lazy_gettext("er met jouw adres om een nieuw wachtwoord is gevraagd"),
    due=due,
    standing=standing,
    content=content,
)
