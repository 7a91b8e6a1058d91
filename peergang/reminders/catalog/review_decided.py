"""A trainer answered somebody's reflection: that it is approved, comes back or wants a talk; the words are on the site."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.i18n import lazy_gettext
from peergang.coursework.models import Review
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Section
from peergang.reminders.queries.reactions import read_reactions, select_news, select_reactions


def due(now: datetime) -> Rows:
    """Reviews of this week that were not read."""
    return select_news(Review, now)


def standing(now: datetime) -> Rows:
    """All reviews that were sent; what was read on the site needs no mail."""
    return select_reactions(Review)


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Who, on which reflection, and the decision."""
    return read_reactions(session, Review, claims, Review.reviewer_id)


RULE = Rule(
    name="review_decided",
    kind=Kind.REMINDER,
    title=lazy_gettext("Je trainer heeft gereageerd"),
    timing=lazy_gettext("Zodra je reflectie is beoordeeld"),
    reason=lazy_gettext("je trainer op jouw reflectie heeft gereageerd"),
    due=due,
    standing=standing,
    content=content,
    section=Section.WRITING,
    known_to_organisers=True,
)
