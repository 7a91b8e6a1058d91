"""Somebody's calendar feed: one secret address, which can be renewed and taken away."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import CalendarFeed
from peergang.cohorts.policy import can_have_calendar_feed
from peergang.cohorts.rules.check_in import hash_address, new_address
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor, require


def renew_calendar_feed(session: Session, actor: Actor, *, now: datetime) -> str:
    """Give the actor a calendar feed, for everybody their own. Gives the secret of its address, which is kept nowhere.

    An address that they had stops working at once.

    Raises:
        Forbidden: when no person is acting.
    """
    require(can_have_calendar_feed(actor))
    secret = new_address()
    statement = insert(CalendarFeed).values(
        user_id=actor.user_id, token_hash=hash_address(secret), made_at=now
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id"],
            set_={"token_hash": statement.excluded.token_hash, "made_at": statement.excluded.made_at},
        )
    )
    return secret


def revoke_calendar_feed(session: Session, actor: Actor) -> None:
    """Take the actor's calendar feed away; without one nothing happens.

    Raises:
        Forbidden: when no person is acting.
    """
    require(can_have_calendar_feed(actor))
    session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == actor.user_id))


def choose_feed_contents(session: Session, actor: Actor, *, with_due_dates: bool) -> None:
    """Say whether the actor's feed also holds the days on which something is due.

    Raises:
        Forbidden: when no person is acting. NotFound: when they have no feed.
    """
    require(can_have_calendar_feed(actor))
    found = session.execute(
        update(CalendarFeed)
        .where(CalendarFeed.user_id == actor.user_id)
        .values(with_due_dates=with_due_dates)
        .returning(CalendarFeed.user_id)
    ).first()
    if found is None:
        raise NotFound
