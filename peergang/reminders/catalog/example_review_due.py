"""A shared practice example is a year old: its author is asked whether it still holds, once for each date."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, String, case, cast, func, literal, select
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.i18n import lazy_gettext
from peergang.notifications.catalog import Claim, Content, Rows, Rule
from peergang.notifications.rules import Delivery, Kind, Section, Urgency
from peergang.practice.models import PracticeExample
from peergang.practice.rules import VISIBLE
from peergang.reminders.queries.moments import days_before, morning_of
from peergang.reminders.rules import PLAN_AHEAD, daytime

BEFORE = 14
GOOD_FOR = timedelta(days=42)


def standing(now: datetime) -> Rows:
    """All examples that were shared. Who shares it anew gets another date, which is another occurrence."""
    blocked = case((PracticeExample.state.not_in(VISIBLE), "withdrawn"), else_=literal("", String))
    return select(
        PracticeExample.id.label("subject_id"),
        PracticeExample.author_id.label("recipient_id"),
        cast(PracticeExample.review_by, String).label("occurrence"),
        blocked.label("blocked"),
    ).where(PracticeExample.review_by.is_not(None))


def due(now: datetime) -> Rows:
    """Two weeks before the date, or a little later."""
    today = local_date(now)
    morning = morning_of(days_before(cast(PracticeExample.review_by, DateTime()), BEFORE))
    near = (
        standing(now)
        .add_columns(morning.label("morning"))
        .where(PracticeExample.review_by.between(today - GOOD_FOR, today + timedelta(days=BEFORE + 4)))
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
    """Which example; its title is on the site for everybody."""
    rows = session.execute(
        select(PracticeExample.id, PracticeExample.title, PracticeExample.review_by).where(
            PracticeExample.id.in_({claim.subject_id for claim in claims})
        )
    )
    found = {
        row.id: {"path": f"/bibliotheek/{row.id}/schrijven", "title": row.title, "until": row.review_by}
        for row in rows
    }
    return {claim.id: found[claim.subject_id] for claim in claims if claim.subject_id in found}


RULE = Rule(
    name="example_review_due",
    kind=Kind.REMINDER,
    title=lazy_gettext("Klopt je praktijkvoorbeeld nog?"),
    timing=lazy_gettext("Een jaar nadat je het deelde"),
    reason=lazy_gettext("je dit praktijkvoorbeeld met het netwerk deelde"),
    due=due,
    standing=standing,
    content=content,
    urgency=Urgency.LOW,
    default=Delivery.WEEKLY,
    section=Section.SHARING,
    by_time=True,
)
