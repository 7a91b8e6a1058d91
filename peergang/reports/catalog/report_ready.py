"""A file that was asked for is there: for who waited longer than a minute, or went away without fetching it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Select, String, and_, case, cast, extract, literal, select
from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Claim, Content, Rule
from peergang.notifications.rules import Kind, Section, Urgency
from peergang.reports.catalog.telling import tell_of_reports
from peergang.reports.models import Report
from peergang.reports.rules.states import LEFT, LONG, State

MOMENT = DateTime(timezone=True)


def _asked() -> Select[Any]:
    # The second in which it was ready: one that is made again is another matter.
    ready = cast(cast(extract("epoch", Report.ready_at), BigInteger), String)
    person: tuple[Any, ...] = (Report.user_id.label("recipient_id"), ready.label("occurrence"))
    found: Select[Any] = select(Report.id.label("subject_id"), *person)
    return found.where(Report.subscription_id.is_(None), Report.ready_at.is_not(None))


def due(now: datetime) -> Select[Any]:
    """Who was not quick enough to be on the page still, and has not fetched it."""
    from_then = case(
        (Report.ready_at - Report.asked_at > LONG, Report.ready_at), else_=Report.ready_at + LEFT
    )
    return (
        _asked()
        .add_columns(from_then.label("not_before"), Report.expires_at.label("expires_at"))
        .where(
            Report.state == State.READY,
            Report.fetched_at.is_(None),
            Report.expires_at > literal(now, MOMENT),
            from_then <= literal(now, MOMENT),
        )
    )


def standing(now: datetime) -> Select[Any]:
    """It is there still, and nobody fetched it."""
    there = and_(Report.state == State.READY, Report.expires_at > literal(now, MOMENT))
    return _asked().add_columns(
        case((~there, "gone"), (Report.fetched_at.is_not(None), "read"), else_="").label("blocked")
    )


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Until when the file is there."""
    return tell_of_reports(session, claims, Report.expires_at, lambda row: {"until": row.expires_at})


RULE = Rule(
    name="report_ready",
    kind=Kind.REMINDER,
    title=lazy_gettext("Een bestand dat je vroeg is klaar"),
    timing=lazy_gettext("Als het langer duurde dan een minuut, of als je het nog niet hebt opgehaald"),
    reason=lazy_gettext("je een tabel als bestand hebt gevraagd"),
    due=due,
    standing=standing,
    content=content,
    urgency=Urgency.NORMAL,
    section=Section.ORGANISING,
    shown_to=lambda actor: actor.is_organiser or actor.is_admin or actor.is_trainer,
    about="title",
)
