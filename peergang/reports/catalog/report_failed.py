"""No file came of what somebody asked for or gets by itself: why, and what helps. Once for each time it was tried."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Select, String, case, cast, extract, func, literal, select
from sqlalchemy.orm import Session

from peergang.core.db import AMSTERDAM
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Claim, Content, Rule
from peergang.notifications.rules import Kind, Section, Urgency
from peergang.reports.catalog.telling import tell_of_reports
from peergang.reports.models import Report, Subscription
from peergang.reports.rules.failures import FAILURES
from peergang.reports.rules.rhythm import MAILED_AT
from peergang.reports.rules.states import KEPT, LEFT, State

MOMENT = DateTime(timezone=True)


def _asked() -> Select[Any]:
    # The second in which it was asked: one that is tried again is another matter.
    asked = cast(cast(extract("epoch", Report.asked_at), BigInteger), String)
    person: tuple[Any, ...] = (Report.user_id.label("recipient_id"), asked.label("occurrence"))
    found: Select[Any] = select(Report.id.label("subject_id"), *person)
    return found.outerjoin(Subscription, Subscription.id == Report.subscription_id)


def due(now: datetime) -> Select[Any]:
    """Who may have left the page by then; of one that comes by itself in the morning, like the report itself."""
    morning = cast(func.timezone(AMSTERDAM, Report.for_day + literal(MAILED_AT)), MOMENT)
    not_before = func.greatest(Report.asked_at + LEFT, morning)
    return (
        _asked()
        .add_columns(not_before.label("not_before"), (Report.asked_at + KEPT).label("expires_at"))
        .where(
            Report.state == State.FAILED,
            Report.asked_at > literal(now, MOMENT) - KEPT,
            Report.asked_at + LEFT <= literal(now, MOMENT),
            Subscription.ended_at.is_(None),
        )
    )


def standing(now: datetime) -> Select[Any]:
    """There is no file still, and who gets it by itself still wants it."""
    blocked = case(
        (Report.state != State.FAILED, "done"), (Subscription.ended_at.is_not(None), "withdrawn"), else_=""
    )
    return _asked().add_columns(blocked.label("blocked"))


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Why there is no file."""
    return tell_of_reports(session, claims, Report.reason, lambda row: {"why": FAILURES[row.reason]})


RULE = Rule(
    name="report_failed",
    kind=Kind.REMINDER,
    title=lazy_gettext("Een bestand is niet gelukt"),
    timing=lazy_gettext("Als er geen bestand kwam van wat je vroeg of vanzelf krijgt"),
    reason=lazy_gettext("je een tabel als bestand hebt gevraagd"),
    due=due,
    standing=standing,
    content=content,
    urgency=Urgency.NORMAL,
    section=Section.ORGANISING,
    shown_to=lambda actor: actor.is_organiser or actor.is_admin or actor.is_trainer,
    about="title",
)
