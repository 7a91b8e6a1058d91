"""Writing down one choice of one person; who may do so is asked by the use cases that call this."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.identity.models import User
from peergang.notifications.models import NoticeChoice, NoticeHabits
from peergang.notifications.rules import Delivery, Rhythm


def set_choice(session: Session, user_id: UUID, rule: str, delivery: Delivery, *, now: datetime) -> None:
    """How they want to be told of `rule`. A person who is gone has no choices; the same choice again keeps its date."""
    wanted = select(User.id, literal(rule), literal(str(delivery)), literal(now)).where(
        User.id == user_id, User.erased_at.is_(None)
    )
    statement = insert(NoticeChoice).from_select(["user_id", "rule", "delivery", "since"], wanted)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "rule"],
            set_={"delivery": delivery, "since": now},
            where=NoticeChoice.delivery != delivery,
        )
    )


def drop_choice(session: Session, user_id: UUID, rule: str) -> None:
    """Let their rhythm, or else the rule's own default, decide again."""
    session.execute(delete(NoticeChoice).where(NoticeChoice.user_id == user_id, NoticeChoice.rule == rule))


def set_rhythm(session: Session, user_id: UUID, rhythm: Rhythm | None) -> None:
    """How often they want mail at all; the rest of their habits stays."""
    wanted = select(User.id, literal(str(rhythm or ""))).where(User.id == user_id, User.erased_at.is_(None))
    statement = insert(NoticeHabits).from_select(["user_id", "rhythm"], wanted, include_defaults=False)
    session.execute(
        statement.on_conflict_do_update(index_elements=["user_id"], set_={"rhythm": str(rhythm or "")})
    )
