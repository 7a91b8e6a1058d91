"""What somebody chooses on the page with preferences, all at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require
from peergang.notifications.actions.choosing import drop_choice, set_choice
from peergang.notifications.catalog import list_choices
from peergang.notifications.models import NoticeHabits
from peergang.notifications.policy import can_change_preferences
from peergang.notifications.rules import DEFAULT_PER_WEEK, FROM, UNTIL, Delivery, Habits, Rhythm
from peergang.notifications.rules.pausing import find_pause_problem

MOST_PER_WEEK = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the page holds.

    Attributes:
        rhythm: how often, or None for as each rule proposes.
        deliveries: by the name of a rule; None for what the rhythm makes of it. Rules that are left out stay as they are.
        quiet_from, quiet_until: the hours without mail; equal means none.
        away_from, away_until: the first and the last day of a pause; without a first one it begins today.
    """

    rhythm: Rhythm | None = None
    deliveries: Mapping[str, Delivery | None]
    quiet_from: time = UNTIL
    quiet_until: time = FROM
    weekends: bool = False
    school_holidays: bool = True
    away_from: date | None = None
    away_until: date | None = None
    per_week: int = DEFAULT_PER_WEEK


def choose_preferences(
    session: Session, actor: Actor, user_id: UUID, wishes: Wishes, *, now: datetime
) -> None:
    """Keep how somebody wants to be told; everybody their own. It holds for what is queued already.

    Only what differs from what they would get anyway is kept, so that who follows us keeps following us. Rules that are
    not on offer to them are ignored.

    Raises:
        Forbidden: it is somebody else's choice.
        Invalid: `away_until` (`away_backward`, `away_past`, `away_endless`) or `per_week` (`per_week_range`).
    """
    require(can_change_preferences(actor, user_id))
    today = local_date(now)
    if problem := find_pause_problem(wishes.away_from, wishes.away_until, today):
        raise Invalid({"away_until": problem})
    if not 1 <= wishes.per_week <= MOST_PER_WEEK:
        raise Invalid({"per_week": "per_week_range"})
    _keep_habits(session, user_id, wishes, today)
    plain = Habits(rhythm=wishes.rhythm)
    for rule in list_choices(actor):
        if rule.name not in wishes.deliveries:
            continue
        chosen = wishes.deliveries[rule.name]
        if chosen is None or chosen == plain.delivery_of(rule.name, rule.weight, rule.default):
            drop_choice(session, user_id, rule.name)
        else:
            set_choice(session, user_id, rule.name, chosen, now=now)


def _keep_habits(session: Session, user_id: UUID, wishes: Wishes, today: date) -> None:
    away_from = (wishes.away_from or today) if wishes.away_until else None
    values = {
        "rhythm": str(wishes.rhythm or ""),
        "per_week": wishes.per_week,
        "quiet_from": wishes.quiet_from,
        "quiet_until": wishes.quiet_until,
        "weekends": wishes.weekends,
        "school_holidays": wishes.school_holidays,
        "away_from": away_from,
        "away_until": wishes.away_until,
    }
    if wishes == Wishes(deliveries=wishes.deliveries):
        session.execute(delete(NoticeHabits).where(NoticeHabits.user_id == user_id))
        return
    statement = insert(NoticeHabits).values(user_id=user_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))
