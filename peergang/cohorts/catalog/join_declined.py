"""Somebody asked for a place through a link, and an organiser said no: a kind word, at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, JoinRequest
from peergang.cohorts.rules.joining import RequestState
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind

VALID = timedelta(days=3)
_DECLINED = JoinRequest.state == RequestState.DECLINED


def due(now: datetime) -> Rows:
    """Requests that were declined of late."""
    return select(
        JoinRequest.id.label("subject_id"),
        JoinRequest.user_id.label("recipient_id"),
        literal("once", String).label("occurrence"),
        JoinRequest.decided_at.label("not_before"),
        (JoinRequest.decided_at + literal(VALID)).label("expires_at"),
        JoinRequest.cohort_id,
    ).where(_DECLINED, JoinRequest.decided_at > now - VALID)


def standing(now: datetime) -> Rows:
    """All that were declined; a decision stays."""
    return select(
        JoinRequest.id.label("subject_id"),
        JoinRequest.user_id.label("recipient_id"),
        literal("once", String).label("occurrence"),
        cast(literal(""), String).label("blocked"),
    ).where(_DECLINED)


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Which cohort it was about."""
    rows = session.execute(
        select(JoinRequest.id, Cohort.name)
        .join(Cohort, Cohort.id == JoinRequest.cohort_id)
        .where(JoinRequest.id.in_({claim.subject_id for claim in claims}))
    )
    names: dict[UUID, str] = dict(rows.all())
    return {
        claim.id: {"cohort": names[claim.subject_id], "path": "/hulp"}
        for claim in claims
        if claim.subject_id in names
    }


RULE = Rule(
    name="join_declined",
    kind=Kind.ACCOUNT,
    title=lazy_gettext("Antwoord op je aanmelding"),
    timing=lazy_gettext("Meteen"),
    reason=lazy_gettext("je je met dit adres aanmeldde voor een cohort"),
    due=due,
    standing=standing,
    content=content,
)
