"""Somebody wants another address: the link that proves it goes there at once, and its secret is made only now.

Whether an account has the address is told to its mailbox alone: who asked sees and exports the same either way.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext
from peergang.identity.actions.links import issue_token_secret
from peergang.identity.queries.addresses import list_wanted
from peergang.identity.rules import TokenPurpose
from peergang.notifications.catalog import ADDRESS, Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.queries.links import select_links, select_open_links


def standing(now: datetime) -> Rows:
    """All wishes; what was confirmed, taken back or is too old needs no mail."""
    return select_links(TokenPurpose.ADDRESS_PROOF, now)


def due(now: datetime) -> Rows:
    """Wishes that are open."""
    return select_open_links(TokenPurpose.ADDRESS_PROOF, now)


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """A new secret for each, and until when it works; none where the address has an account."""
    wanted = list_wanted(session, {claim.subject_id for claim in claims})
    found: dict[UUID, Content] = {}
    for claim in claims:
        wish = wanted.get(claim.subject_id)
        if wish is None:
            continue
        secret = issue_token_secret(session, claim.subject_id, now=now)
        path = "/wachtwoord-vergeten" if wish.taken else f"/mijn-account/e-mailadres/bevestig/{secret}"
        found[claim.id] = {
            "path": path,
            "taken": wish.taken,
            "until": wish.expires_at,
            ADDRESS: wish.address,
        }
    return found


RULE = Rule(
    name="address_proof",
    kind=Kind.ACCOUNT,
    title=lazy_gettext("Een ander e‑mailadres"),
    timing=lazy_gettext("Meteen"),
    reason=lazy_gettext("iemand dit adres opgaf als nieuw e‑mailadres"),
    due=due,
    standing=standing,
    content=content,
    elsewhere=True,
)
