"""Somebody wants to join an account of an institution to theirs: the link that proves it goes out at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext
from peergang.identity.actions.links import issue_token_secret
from peergang.identity.models import InstitutionArrival, SingleUseToken
from peergang.identity.rules import TokenPurpose
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.queries.links import select_links, select_open_links


def standing(now: datetime) -> Rows:
    """All requests; what was used or is too old needs no mail."""
    return select_links(TokenPurpose.INSTITUTION_PROOF, now)


def due(now: datetime) -> Rows:
    """Requests that are open."""
    return select_open_links(TokenPurpose.INSTITUTION_PROOF, now)


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """A new secret for each; of which institution the account is; and until when the link works."""
    found = {
        row.id: row
        for row in session.execute(
            select(SingleUseToken.id, SingleUseToken.expires_at, InstitutionArrival.organisation)
            .outerjoin(InstitutionArrival, InstitutionArrival.proof_id == SingleUseToken.id)
            .where(SingleUseToken.id.in_({claim.subject_id for claim in claims}))
        )
    }
    return {
        claim.id: {
            "path": f"/inloggen/instelling/bevestig/{issue_token_secret(session, claim.subject_id, now=now)}",
            "school": found[claim.subject_id].organisation or "",
            "until": found[claim.subject_id].expires_at,
        }
        for claim in claims
        if claim.subject_id in found
    }


RULE = Rule(
    name="institution_proof",
    kind=Kind.ACCOUNT,
    title=lazy_gettext("Inloggen via je instelling"),
    timing=lazy_gettext("Meteen"),
    reason=lazy_gettext("iemand via een instelling inlogde en jouw adres opgaf"),
    due=due,
    standing=standing,
    content=content,
)
