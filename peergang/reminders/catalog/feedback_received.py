"""A peer sent feedback on somebody's reflection: that there is something to read, never what it says."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Enrolment
from peergang.core.i18n import lazy_gettext
from peergang.coursework.models import PeerFeedback
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Kind, Section
from peergang.reminders.queries.reactions import read_reactions, select_news, select_reactions


def due(now: datetime) -> Rows:
    """Feedback of this week that was not read."""
    return select_news(PeerFeedback, now)


def standing(now: datetime) -> Rows:
    """All feedback that was sent; what was read on the site needs no mail."""
    return select_reactions(PeerFeedback)


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Who, on which reflection."""
    giver = aliased(Enrolment)
    person = select(giver.user_id).where(giver.id == PeerFeedback.giver_id).correlate(PeerFeedback)
    return read_reactions(session, PeerFeedback, claims, person.scalar_subquery())


RULE = Rule(
    name="feedback_received",
    kind=Kind.REMINDER,
    title=lazy_gettext("Je hebt feedback gekregen"),
    timing=lazy_gettext("Van iemand uit je peergroep"),
    reason=lazy_gettext("iemand uit je peergroep feedback gaf op jouw reflectie"),
    due=due,
    standing=standing,
    content=content,
    section=Section.WRITING,
)
