"""What a full compile finds different from what stands in `enrolment_progress`."""

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from peergang.core.db import Rows
from peergang.progress.models import EnrolmentProgress, ProgressDirty
from peergang.progress.queries.compiled import Marks, select_progress


def list_differences(session: Session, marks: Marks) -> Rows:
    """The enrolments whose progress is not what the facts say, with what it should be.

    Columns: enrolment_id, required, completed, last_completed_at (all three empty where no progress should stand),
    was_dirty (it was known already that this one needs compiling).
    """
    fresh = select_progress(marks).subquery("fresh")
    stored = EnrolmentProgress.__table__.alias("stored")
    dirty = ProgressDirty.__table__.alias("dirty")
    enrolment_id = func.coalesce(fresh.c.enrolment_id, stored.c.enrolment_id)
    differs: list[ColumnElement[bool]] = [
        fresh.c[name].is_distinct_from(stored.c[name])
        for name in ("required", "completed", "last_completed_at")
    ]
    return session.execute(
        select(
            enrolment_id.label("enrolment_id"),
            fresh.c.required,
            fresh.c.completed,
            fresh.c.last_completed_at,
            dirty.c.enrolment_id.is_not(None).label("was_dirty"),
        )
        .select_from(
            fresh.join(stored, fresh.c.enrolment_id == stored.c.enrolment_id, full=True, isouter=True)
        )
        .join(dirty, dirty.c.enrolment_id == enrolment_id, isouter=True)
        .where(or_(*differs))
    ).all()
