"""Somebody named you in a conversation: that, by whom and where; never what was said."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext
from peergang.discussion.queries.news import list_places_of_posts, recent_mentions, select_mentions
from peergang.identity.rules import full_name
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, daytime

SETTLE = timedelta(minutes=10)
"""So long one can still take a post back, or be read on the site, before a mail leaves."""
NEWS = timedelta(days=7)


def due(now: datetime) -> Rows:
    """Who was named this week and did not read it."""
    news = recent_mentions(now - NEWS, now - SETTLE).subquery("news")
    return select(
        news.c.subject_id,
        news.c.recipient_id,
        news.c.occurrence,
        literal(daytime(now)).label("not_before"),
        (news.c.created_at + literal(2 * NEWS)).label("expires_at"),
        news.c.cohort_id,
    ).where(news.c.blocked == "")


def standing(now: datetime) -> Rows:
    """Everybody who is named; what was read, hidden or taken back needs no mail."""
    return select_mentions()


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Who named you, and where."""
    found = list_places_of_posts(session, {claim.subject_id for claim in claims})
    return {
        claim.id: {
            "path": f"/gesprek/reacties/{claim.subject_id}",
            "by": full_name(row.given_name, row.name_particle, row.family_name),
            "place": row.place,
            "place_en": row.place_en,
            "cohort": row.cohort,
        }
        for claim in claims
        if (row := found.get(claim.subject_id))
    }


RULE = Rule(
    name="discussion_mention",
    kind=Kind.REMINDER,
    title=lazy_gettext("Iemand noemt je in een gesprek"),
    timing=lazy_gettext("Overdag, binnen een kwartier"),
    reason=lazy_gettext("iemand jou noemde in een gesprek van je cohort"),
    due=due,
    standing=standing,
    content=content,
)
