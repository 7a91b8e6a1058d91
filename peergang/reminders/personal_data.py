"""What this feature holds about a person, for their download and for erasure."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.export import read_plain
from peergang.curriculum.models import Activity
from peergang.reminders.models import Nudge

COLUMNS = {
    "nudge.enrolment_id": "Exported; removed at erasure: nothing depends on it.",
    "nudge.asked_by_id": "Not exported to the trainer who asked; emptied at erasure.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What trainers had somebody reminded of."""
    rows = (
        select(Activity.title, Nudge.asked_at, Nudge.withdrawn_at)
        .join(Activity, Activity.id == Nudge.activity_id)
        .join(Enrolment, Enrolment.id == Nudge.enrolment_id)
        .where(Enrolment.user_id == user_id)
        .order_by(Nudge.asked_at)
    )
    return {"reminded_by_a_trainer": read_plain(session, rows)}


def erase(session: Session, user_id: UUID) -> list[str]:
    """Nobody is reminded any more, and who asked has no name. The keys of files to remove: none."""
    own = select(Enrolment.id).where(Enrolment.user_id == user_id)
    session.execute(
        delete(Nudge).where(Nudge.enrolment_id.in_(own)).execution_options(synchronize_session=False)
    )
    session.execute(
        update(Nudge)
        .where(Nudge.asked_by_id == user_id)
        .values(asked_by_id=None)
        .execution_options(synchronize_session=False)
    )
    return []
