"""Somebody asked for a mail to themselves on the page with preferences; `ask_trial_mail` puts it into the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, false, literal, select
from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.models import Notice
from peergang.notifications.rules import Kind

NAME = "trial_mail"


def standing(now: datetime) -> Rows:
    """It stands for as long as it is in the ledger."""
    return select(
        Notice.subject_id, Notice.recipient_id, Notice.occurrence, literal("", String).label("blocked")
    ).where(Notice.rule == NAME)


def due(now: datetime) -> Rows:
    """Nothing: nobody gets one who did not ask for it."""
    return select(
        Notice.subject_id, Notice.recipient_id, Notice.occurrence, Notice.not_before, Notice.expires_at
    ).where(false())


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Only where to look next."""
    return {claim.id: {"path": "/herinneringen"} for claim in claims}


RULE = Rule(
    name=NAME,
    kind=Kind.ACCOUNT,
    title=lazy_gettext("Een proefmail"),
    timing=lazy_gettext("Meteen"),
    reason=lazy_gettext("je jezelf een proefmail stuurde"),
    due=due,
    standing=standing,
    content=content,
)
