"""What an example can be about: the topics of the newest Peergang edition, and the activity it was made for."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, Rows
from peergang.curriculum.models import Activity, Edition, Module, Topic


def list_current_topics(session: Session) -> Rows:
    """The topics under the main questions, newest edition only, in order. Columns: code, title, title_en."""
    newest = (
        select(Edition.id, func.row_number().over(order_by=Edition.loaded_at.desc()).label("place"))
        .where(Edition.id.in_(select(Module.edition_id).where(Module.main_question.is_not(None))))
        .subquery()
    )
    return session.execute(
        select(Topic.code, Topic.title, Topic.title_en)
        .join(Module, Module.id == Topic.module_id)
        .join(newest, newest.c.id == Module.edition_id)
        .where(newest.c.place == 1)
        .order_by(Module.position, Topic.position)
    ).all()


def find_activity_subject(session: Session, activity_id: UUID) -> AnyRow | None:
    """The main question of an activity's module, when that activity asks for an example. Columns: main_question."""
    return session.execute(
        select(Module.main_question)
        .join(Activity, Activity.module_id == Module.id)
        .where(Activity.id == activity_id, Activity.kind == "practice_example")
    ).one_or_none()
