"""Somebody tried an example and told how it went: its author hears who, and reads the rest on the page."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, case, literal, select
from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext
from peergang.identity.models import User
from peergang.identity.rules import full_name
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Delivery, Kind, Section, Urgency
from peergang.practice.models import Adoption, PracticeExample
from peergang.practice.rules import VISIBLE
from peergang.reminders.queries.moments import Expression
from peergang.reminders.rules import daytime

NEWS = timedelta(days=7)


def _tried(*columns: Expression) -> Rows:
    return select(Adoption.id.label("subject_id"), *columns).join(
        PracticeExample, PracticeExample.id == Adoption.example_id
    )


def standing(now: datetime) -> Rows:
    """All experiences. Once each: who changes the words causes no second mail, and who takes them back none at all."""
    blocked = case(
        (PracticeExample.state.not_in(VISIBLE), "withdrawn"),
        (PracticeExample.author_id == Adoption.user_id, "withdrawn"),
        else_=literal("", String),
    )
    return _tried(
        PracticeExample.author_id.label("recipient_id"),
        literal("once", String).label("occurrence"),
        blocked.label("blocked"),
    )


def due(now: datetime) -> Rows:
    """Those of this week."""
    news = (
        standing(now)
        .add_columns(Adoption.created_at)
        .where(Adoption.created_at > now - NEWS)
        .subquery("news")
    )
    return select(
        news.c.subject_id,
        news.c.recipient_id,
        news.c.occurrence,
        literal(daytime(now)).label("not_before"),
        (news.c.created_at + literal(3 * NEWS)).label("expires_at"),
    ).where(news.c.blocked == "")


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Who, and which example."""
    rows = session.execute(
        _tried(
            PracticeExample.id.label("example_id"),
            PracticeExample.title,
            User.given_name,
            User.name_particle,
            User.family_name,
        )
        .join(User, User.id == Adoption.user_id)
        .where(Adoption.id.in_({claim.subject_id for claim in claims}))
    )
    found = {
        row.subject_id: {
            "path": f"/bibliotheek/{row.example_id}",
            "title": row.title,
            "by": full_name(row.given_name, row.name_particle, row.family_name),
        }
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="example_tried",
    kind=Kind.REMINDER,
    title=lazy_gettext("Iemand probeerde jouw praktijkvoorbeeld"),
    timing=lazy_gettext("Eén keer per ervaring"),
    reason=lazy_gettext("iemand opschreef hoe het ging met een praktijkvoorbeeld van jou"),
    due=due,
    standing=standing,
    content=content,
    urgency=Urgency.LOW,
    default=Delivery.WEEKLY,
    section=Section.SHARING,
)
