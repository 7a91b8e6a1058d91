"""The activity that an example can be made for."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow
from peergang.curriculum.models import Activity, Module


def find_activity_subject(session: Session, activity_id: UUID) -> AnyRow | None:
    """The main question of an activity's module, when that activity asks for an example. Columns: main_question."""
    return session.execute(
        select(Module.main_question)
        .join(Activity, Activity.module_id == Module.id)
        .where(Activity.id == activity_id, Activity.kind == "practice_example")
    ).one_or_none()
