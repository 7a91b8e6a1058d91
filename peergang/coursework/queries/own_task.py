"""One activity of somebody's cohort in full, for the page on which they do it."""

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from peergang.core.db import AnyRow
from peergang.core.prepared import Prepared
from peergang.coursework.queries.path import IN_FULL
from peergang.curriculum.models import Activity
from peergang.curriculum.rules import ActivityKind

_TASK = Prepared(IN_FULL.where(Activity.id == bindparam("activity_id")))
_read_about = aliased(Activity, name="read_about")
_FEEDBACK_TASK = Prepared(
    IN_FULL.where(
        Activity.kind == ActivityKind.PEER_FEEDBACK,
        Activity.settings["about"].astext
        == select(_read_about.slug).where(_read_about.id == bindparam("activity_id")).scalar_subquery(),
    )
)
_READ_TASK = Prepared(
    IN_FULL.where(Activity.kind == ActivityKind.READ, Activity.module_id == bindparam("module_id"))
)


def find_task(session: Session, cohort_id: UUID, enrolment_id: UUID, activity_id: UUID) -> AnyRow | None:
    """One activity of a cohort with the columns of `list_tasks` for one module; None when it is not planned there."""
    found = _TASK.all(session, cohort_id=cohort_id, enrolment_id=enrolment_id, activity_id=activity_id)
    return found[0] if found else None


def find_feedback_task_on(
    session: Session, cohort_id: UUID, enrolment_id: UUID, reflection_activity_id: UUID
) -> AnyRow | None:
    """The same for the activity that asks for feedback on a reflection; None when there is none."""
    values = {"cohort_id": cohort_id, "enrolment_id": enrolment_id, "activity_id": reflection_activity_id}
    return next(iter(_FEEDBACK_TASK.all(session, **values)), None)


def find_read_task(session: Session, cohort_id: UUID, enrolment_id: UUID, module_id: UUID) -> AnyRow | None:
    """The same for the activity that asks to read the topics of a module; None when there is none."""
    found = _READ_TASK.all(session, cohort_id=cohort_id, enrolment_id=enrolment_id, module_id=module_id)
    return next(iter(found), None)
