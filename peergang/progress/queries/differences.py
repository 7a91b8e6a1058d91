"""What a full compile finds different from what stands in `enrolment_progress`, for all enrolments or a part of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.db import Rows
from peergang.progress.models import EnrolmentProgress, ProgressDirty
from peergang.progress.queries.compiled import Marks, has_progress, select_progress


@dataclass(frozen=True, slots=True)
class Part:
    """The enrolments with ids from `first` up to and not including `next`; empty means from the first, and up to the last.

    `number` is how many there are, and `enrolments` how many of those have progress.
    """

    first: UUID | None
    next: UUID | None
    number: int = 0
    enrolments: int = 0

    def holds(self, enrolment_id: Any) -> ColumnElement[bool]:
        """Whether an enrolment is of this part."""
        bounds = [enrolment_id >= self.first] if self.first else []
        bounds += [enrolment_id < self.next] if self.next else []
        found: ColumnElement[bool] = true()
        for bound in bounds:
            found = found & bound
        return found


EVERYBODY = Part(None, None)


def find_part(session: Session, first: UUID | None, size: int) -> Part:
    """The next `size` enrolments, from the id `first` on."""
    begin = Part(first, None).holds(Enrolment.id)
    following = session.scalar(select(Enrolment.id).where(begin).order_by(Enrolment.id).offset(size).limit(1))
    inside = Part(first, following).holds(Enrolment.id)
    row = session.execute(
        select(func.count().label("number"), func.count().filter(has_progress()).label("enrolments"))
        .select_from(Enrolment)
        .where(inside)
    ).one()
    return Part(first, following, row.number, row.enrolments)


def list_differences(session: Session, marks: Marks, part: Part = EVERYBODY) -> Rows:
    """The enrolments whose progress is not what the facts say, with what it should be and what it is.

    Columns: enrolment_id, required, completed, last_completed_at (all three empty where no progress should stand),
    stood_required, stood_completed, stood_last_at (all three empty where none stands), was_dirty (it was known already that
    this one needs compiling).
    """
    fresh = select_progress(marks, within=part.holds).subquery("fresh")
    stored = select(EnrolmentProgress).where(part.holds(EnrolmentProgress.enrolment_id)).subquery("stored")
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
            stored.c.required.label("stood_required"),
            stored.c.completed.label("stood_completed"),
            stored.c.last_completed_at.label("stood_last_at"),
            dirty.c.enrolment_id.is_not(None).label("was_dirty"),
        )
        .select_from(
            fresh.join(stored, fresh.c.enrolment_id == stored.c.enrolment_id, full=True, isouter=True)
        )
        .join(dirty, dirty.c.enrolment_id == enrolment_id, isouter=True)
        .where(or_(*differs))
    ).all()
