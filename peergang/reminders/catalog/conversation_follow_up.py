"""The day on which somebody wanted to come back to a conversation: to its author alone, and never what stands in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, String, case, cast, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from peergang.conversations.models import Conversation
from peergang.core.clock import local_date
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Section
from peergang.reminders.queries.moments import days_before, morning_of
from peergang.reminders.rules import PLAN_AHEAD, daytime

GOOD_FOR = timedelta(days=5)


def standing(now: datetime) -> Rows:
    """All conversations with such a date. Another date is another occurrence; who wrote down a later conversation about it,
    with the same kind of person, has come back to it.
    """
    later = aliased(Conversation)
    came_back = (
        exists()
        .where(
            later.user_id == Conversation.user_id,
            later.held_on > Conversation.held_on,
            later.figure == Conversation.figure,
            later.topic_code == Conversation.topic_code,
        )
        .correlate(Conversation)
    )
    return select(
        Conversation.id.label("subject_id"),
        Conversation.user_id.label("recipient_id"),
        cast(Conversation.follow_up_on, String).label("occurrence"),
        case((came_back, "done"), else_=literal("", String)).label("blocked"),
    ).where(Conversation.follow_up_on.is_not(None))


def due(now: datetime) -> Rows:
    """Those of these days; a date in the weekend on the Friday before it."""
    today = local_date(now)
    morning = morning_of(days_before(cast(Conversation.follow_up_on, DateTime()), 0))
    near = (
        standing(now)
        .add_columns(morning.label("morning"))
        .where(Conversation.follow_up_on.between(today - GOOD_FOR, today + timedelta(days=4)))
        .subquery("near")
    )
    return select(
        near.c.subject_id,
        near.c.recipient_id,
        near.c.occurrence,
        func.greatest(near.c.morning, literal(daytime(now))).label("not_before"),
        (near.c.morning + literal(GOOD_FOR)).label("expires_at"),
    ).where(near.c.blocked == "", near.c.morning <= now + PLAN_AHEAD)


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """When it was held, and the day that was chosen: in the weekend that is not the day of the mail. With whom and what about
    is on the page, for its author alone.
    """
    rows = session.execute(
        select(Conversation.id, Conversation.held_on, Conversation.follow_up_on).where(
            Conversation.id.in_({claim.subject_id for claim in claims})
        )
    )
    found = {
        row.id: {
            "path": f"/gesprekken/{row.id}",
            "held_on": row.held_on,
            "follow_up_on": row.follow_up_on,
        }
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="conversation_follow_up",
    kind=Kind.REMINDER,
    title=lazy_gettext("Je wilde terugkomen op een gesprek"),
    timing=lazy_gettext("Op de dag die je zelf koos, of de werkdag ervoor"),
    reason=lazy_gettext("je bij een gesprek een dag noteerde om erop terug te komen"),
    due=due,
    standing=standing,
    content=content,
    section=Section.WRITING,
    by_time=True,
)
