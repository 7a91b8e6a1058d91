"""Somebody wants to join an account of an institution to theirs: the link that proves it goes out at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, case, literal, select
from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext
from peergang.identity.actions.links import issue_token_secret
from peergang.identity.models import InstitutionArrival, SingleUseToken
from peergang.identity.rules import TokenPurpose
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind
from peergang.reminders.queries.moments import stamp


def standing(now: datetime) -> Rows:
    """All requests; what was used or is too old needs no mail."""
    blocked = case(
        (SingleUseToken.used_at.is_not(None), "used"),
        (SingleUseToken.expires_at <= now, "expired"),
        else_=literal("", String),
    )
    return select(
        SingleUseToken.id.label("subject_id"),
        SingleUseToken.user_id.label("recipient_id"),
        stamp(SingleUseToken.requested_at).label("occurrence"),
        blocked.label("blocked"),
    ).where(SingleUseToken.purpose == TokenPurpose.INSTITUTION_PROOF)


def due(now: datetime) -> Rows:
    """Requests that are open."""
    return (
        standing(now)
        .with_only_columns(
            SingleUseToken.id.label("subject_id"),
            SingleUseToken.user_id.label("recipient_id"),
            stamp(SingleUseToken.requested_at).label("occurrence"),
            SingleUseToken.requested_at.label("not_before"),
            SingleUseToken.expires_at,
        )
        .where(SingleUseToken.used_at.is_(None), SingleUseToken.expires_at > now)
    )


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
