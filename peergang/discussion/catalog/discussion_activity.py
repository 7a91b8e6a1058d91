"""New replies in a conversation that somebody follows: once a working day at most, and only while they are unread."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.i18n import lazy_gettext
from peergang.discussion.queries.news import list_places_of_threads, recent_replies, select_replies
from peergang.discussion.rules import digest_at
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Urgency, daytime

NEWS = timedelta(days=7)
VALID = timedelta(days=3)


def due(now: datetime) -> Rows:
    """What was said up to the last digest and is not read."""
    today = local_date(now)
    last = today if now >= digest_at(today) else today - timedelta(days=1)
    news = recent_replies(now - NEWS).subquery("news")
    return select(
        news.c.subject_id,
        news.c.recipient_id,
        news.c.occurrence,
        literal(daytime(now)).label("not_before"),
        literal(now + VALID).label("expires_at"),
        news.c.cohort_id,
    ).where(news.c.blocked == "", news.c.day <= last)


def standing(now: datetime) -> Rows:
    """Every day with replies in a conversation somebody follows or followed; what was read needs no mail."""
    return select_replies()


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Where; what is new is on the site."""
    found = list_places_of_threads(session, {claim.subject_id for claim in claims})
    return {
        claim.id: {
            "path": f"/gesprek/{claim.subject_id}",
            "place": row.place,
            "place_en": row.place_en,
            "cohort": row.cohort,
        }
        for claim in claims
        if (row := found.get(claim.subject_id))
    }


RULE = Rule(
    name="discussion_activity",
    kind=Kind.REMINDER,
    title=lazy_gettext("Nieuwe reacties in een gesprek dat je volgt"),
    timing=lazy_gettext("Hooguit één keer per werkdag per gesprek, om vier uur"),
    reason=lazy_gettext("je een gesprek volgt waarin iets nieuws staat"),
    due=due,
    standing=standing,
    content=content,
    urgency=Urgency.LOW,
)
