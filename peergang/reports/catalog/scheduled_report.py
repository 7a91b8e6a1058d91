"""The report that somebody gets every week or month: its figures in words, what changed since the one before, and a link.

Numbers alone: nobody's name goes by mail, and the file stays on the platform, where may be asked whether it may be seen.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Select, String, and_, case, cast, func, literal, select, update
from sqlalchemy.orm import Session

from peergang.core.db import AMSTERDAM, AnyRow
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Claim, Content, Rule
from peergang.notifications.rules import Kind, Section, Urgency
from peergang.reports.kinds import get_kind, may_have
from peergang.reports.models import Report, Subscription
from peergang.reports.queries.askers import find_asker
from peergang.reports.rules.changes import compare
from peergang.reports.rules.rhythm import MAILED_AT
from peergang.reports.rules.states import State

MOMENT = DateTime(timezone=True)

_READ = select(
    Report.id,
    Report.user_id,
    Report.kind,
    Report.query,
    Report.figures,
    Report.before,
    Report.for_day,
    Subscription.weekday,
    Report.subscription_id,
).join(Subscription, Subscription.id == Report.subscription_id)


def _sent() -> Select[Any]:
    person: tuple[Any, ...] = (
        Report.user_id.label("recipient_id"),
        cast(Report.for_day, String).label("occurrence"),
    )
    found: Select[Any] = select(Report.id.label("subject_id"), *person)
    return found.join(Subscription, Subscription.id == Report.subscription_id)


def due(now: datetime) -> Select[Any]:
    """Those that are ready, from seven in the morning of their day, as long as the file is there."""
    morning = func.timezone(AMSTERDAM, Report.for_day + literal(MAILED_AT))
    return (
        _sent()
        .add_columns(cast(morning, MOMENT).label("not_before"), Report.expires_at.label("expires_at"))
        .where(
            Report.state == State.READY,
            Report.expires_at > literal(now, MOMENT),
            Subscription.ended_at.is_(None),
        )
    )


def standing(now: datetime) -> Select[Any]:
    """The file is there and its reader still wants it; who fetched it has seen what the mail would say."""
    there = and_(Report.state == State.READY, Report.expires_at > literal(now, MOMENT))
    blocked = case(
        (~there, "gone"),
        (Subscription.ended_because == "not_allowed", "not_allowed"),
        (Subscription.ended_at.is_not(None), "withdrawn"),
        (Report.fetched_at.is_not(None), "read"),
        else_="",
    )
    return _sent().add_columns(blocked.label("blocked"))


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """The figures of each report beside those of the one before. Who may not see them any more gets nothing, now or later."""
    found = _tell(session, claims, _READ)
    refused = {one.subject_id for one in claims if one.id not in found}
    theirs = select(Report.subscription_id).where(Report.id.in_(refused))
    going = update(Subscription).where(Subscription.id.in_(theirs), Subscription.ended_at.is_(None))
    if refused:
        session.execute(going.values(ended_at=now, ended_because="not_allowed"))
    return found


def recall(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """The same of what stands still, for the page with messages; nothing is written."""
    there = and_(Report.state == State.READY, Report.expires_at > literal(now, MOMENT))
    return _tell(
        session, claims, _READ.where(there, Subscription.ended_at.is_(None), Report.fetched_at.is_(None))
    )


def _tell(session: Session, claims: Sequence[Claim], reports: Select[Any]) -> dict[UUID, Content]:
    """What `reports` says of these, to who may see that table at this moment."""
    rows = session.execute(reports.where(Report.id.in_({one.subject_id for one in claims})))
    askers = {user_id: find_asker(session, user_id) for user_id in {one.recipient_id for one in claims}}
    found = {
        row.id: _say(row)
        for row in rows
        if (actor := askers.get(row.user_id)) is not None and may_have(actor, row.kind, row.query)
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


def _say(row: AnyRow) -> dict[str, Any]:
    kind = get_kind(row.kind)
    changes = compare(row.figures, row.before)
    return {
        "path": f"/rapporten/{row.id}",
        "title": kind.title,
        "day": row.for_day,
        "weekly": row.weekday is not None,
        "first": row.before is None,
        "lines": [(kind.words[one.key], one) for one in changes if one.key in kind.words],
        "moved": sum(one.moved for one in changes),
        "subscription_id": row.subscription_id,
    }


RULE = Rule(
    name="scheduled_report",
    kind=Kind.REMINDER,
    title=lazy_gettext("Een rapport dat vanzelf komt"),
    timing=lazy_gettext("Om zeven uur, op de dag die je koos"),
    reason=lazy_gettext("je dit rapport elke week of elke maand wilt krijgen"),
    due=due,
    standing=standing,
    content=content,
    recall=recall,
    urgency=Urgency.LOW,
    section=Section.ORGANISING,
    shown_to=lambda actor: actor.is_organiser or actor.is_admin or actor.is_trainer,
    about="title",
)
