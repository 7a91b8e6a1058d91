"""Somebody is asked whether words of theirs may stand in a practice example: that it is asked, never the words."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, case, literal, select
from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext
from peergang.coursework.models import Promotion, PromotionConsent
from peergang.identity.models import User
from peergang.identity.rules import full_name
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Section
from peergang.practice.models import PracticeExample
from peergang.reminders.queries.moments import stamp
from peergang.reminders.rules import daytime

NEWS = timedelta(days=14)
"""Longer ago it is no news any more."""


def due(now: datetime) -> Rows:
    """Questions of these weeks without an answer."""
    return select(
        PromotionConsent.id.label("subject_id"),
        PromotionConsent.person_id.label("recipient_id"),
        stamp(PromotionConsent.asked_at).label("occurrence"),
        literal(daytime(now)).label("not_before"),
        (PromotionConsent.asked_at + literal(2 * NEWS)).label("expires_at"),
    ).where(
        PromotionConsent.person_id.is_not(None),
        PromotionConsent.answer.is_(None),
        PromotionConsent.asked_at > now - NEWS,
    )


def standing(now: datetime) -> Rows:
    """All questions to people of the network; what was answered needs no mail."""
    blocked = case((PromotionConsent.answer.is_not(None), "done"), else_=literal("", String))
    return select(
        PromotionConsent.id.label("subject_id"),
        PromotionConsent.person_id.label("recipient_id"),
        stamp(PromotionConsent.asked_at).label("occurrence"),
        blocked.label("blocked"),
    ).where(PromotionConsent.person_id.is_not(None))


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Who asks."""
    rows = session.execute(
        select(PromotionConsent.id, User.given_name, User.name_particle, User.family_name)
        .join(Promotion, Promotion.id == PromotionConsent.promotion_id)
        .join(PracticeExample, PracticeExample.id == Promotion.example_id)
        .join(User, User.id == PracticeExample.author_id)
        .where(PromotionConsent.id.in_({claim.subject_id for claim in claims}))
    )
    found = {row.id: {"path": f"/toestemming/{row.id}", "by": full_name(*row[1:])} for row in rows}
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="consent_asked",
    kind=Kind.REMINDER,
    title=lazy_gettext("Iemand vraagt of jouw woorden in een voorbeeld mogen"),
    timing=lazy_gettext("Zodra het gevraagd is"),
    reason=lazy_gettext("iemand woorden of een naam van jou wil overnemen in een praktijkvoorbeeld"),
    due=due,
    standing=standing,
    content=content,
    section=Section.SHARING,
)
