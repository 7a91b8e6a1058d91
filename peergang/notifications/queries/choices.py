"""What people chose about messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.notifications.models import NoticeChoice, NoticeHabits
from peergang.notifications.rules import Delivery, Habits, Rhythm


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody's rhythm, and what they chose for a rule by name."""

    rhythm: Rhythm | None = None
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)

    def as_habits(self) -> Habits:
        """So that it can be asked how they are told about a rule."""
        return Habits(choices=self.deliveries, rhythm=self.rhythm)


def find_chosen(session: Session, user_id: UUID | None) -> Chosen:
    """What `user_id` chose; nothing for who never did."""
    rhythm = session.scalar(select(NoticeHabits.rhythm).where(NoticeHabits.user_id == user_id))
    rows = session.execute(
        select(NoticeChoice.rule, NoticeChoice.delivery).where(NoticeChoice.user_id == user_id)
    )
    return Chosen(Rhythm(rhythm) if rhythm else None, {rule: Delivery(chosen) for rule, chosen in rows})


def find_habits(session: Session, user_id: UUID | None) -> NoticeHabits:
    """When somebody wants mail; an unsaved row with the defaults for who never chose."""
    found = session.get(NoticeHabits, user_id) if user_id else None
    return found or default_habits()


def default_habits() -> NoticeHabits:
    """What counts for who never chose: the defaults of the columns, in a row that is never saved."""
    columns = NoticeHabits.__table__.columns
    values = {column.key: column.default.arg for column in columns if column.default is not None}
    return NoticeHabits(**values)
