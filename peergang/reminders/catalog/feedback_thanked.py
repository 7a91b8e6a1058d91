"""Somebody thanks a peer for feedback: that there are thanks, never what they say. At most one mail for one feedback."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String, case, literal, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import CohortState
from peergang.core.i18n import lazy_gettext
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.identity.rules import full_name
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Delivery, Kind, Section, Urgency
from peergang.reminders.queries.moments import Expression
from peergang.reminders.rules import daytime

NEWS = timedelta(days=7)
ONCE = "thanks"
"""The one occurrence: who changes the words, or takes them back and gives them anew, causes no second mail."""

_giver = aliased(Enrolment)


def _joined(*columns: Expression) -> Rows:
    return (
        select(*columns)
        .select_from(PeerFeedback)
        .join(_giver, _giver.id == PeerFeedback.giver_id)
        .join(ReflectionVersion, ReflectionVersion.id == PeerFeedback.version_id)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(User, User.id == Enrolment.user_id)
        .where(PeerFeedback.sent_at.is_not(None))
    )


def due(now: datetime) -> Rows:
    """Thanks of this week that were not read, to be told by day."""
    return _joined(
        PeerFeedback.id.label("subject_id"),
        _giver.user_id.label("recipient_id"),
        literal(ONCE).label("occurrence"),
        literal(daytime(now)).label("not_before"),
        (PeerFeedback.thanked_at + literal(2 * NEWS)).label("expires_at"),
        Cohort.id.label("cohort_id"),
    ).where(
        PeerFeedback.thanked_at > now - NEWS,
        PeerFeedback.thanks_read_at.is_(None),
        Cohort.state != CohortState.CANCELLED,
    )


def standing(now: datetime) -> Rows:
    """All feedback that was sent; thanks that were read on the site or taken back need no mail."""
    blocked = case(
        (PeerFeedback.thanks_read_at.is_not(None), "read"),
        (PeerFeedback.thanked_at.is_(None), "withdrawn"),
        (Cohort.state == CohortState.CANCELLED, "closed"),
        else_=literal("", String),
    )
    return _joined(
        PeerFeedback.id.label("subject_id"),
        _giver.user_id.label("recipient_id"),
        literal(ONCE).label("occurrence"),
        blocked.label("blocked"),
    )


def content(session: Session, claims: Sequence[Claim], now: datetime) -> Mapping[UUID, Content]:
    """Who, about which activity. The title of the reflection is its author's, so the mail does not name it."""
    names = (User.given_name, User.name_particle, User.family_name)
    rows = session.execute(
        _joined(PeerFeedback.id, Activity.title, Activity.title_en, *names).where(
            PeerFeedback.id.in_({claim.subject_id for claim in claims})
        )
    )
    found = {
        row.id: {
            "path": f"/feedback/gegeven/{row.id}",
            "title": row.title,
            "title_en": row.title_en,
            "by": full_name(row.given_name, row.name_particle, row.family_name),
        }
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="feedback_thanked",
    kind=Kind.REMINDER,
    title=lazy_gettext("Je bent bedankt voor je feedback"),
    timing=lazy_gettext("Eén keer, door wie de feedback kreeg"),
    reason=lazy_gettext("iemand uit je peergroep je bedankte voor je feedback"),
    due=due,
    standing=standing,
    content=content,
    urgency=Urgency.LOW,
    default=Delivery.WEEKLY,
    section=Section.WRITING,
)
