"""Recording that an activity was completed. The callers are use cases that have just seen the evidence."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import ActivityCompletion, Cohort, Enrolment
from peergang.core.prepared import Prepared
from peergang.curriculum.models import Activity, Edition


def record_completion(
    session: Session,
    enrolment_id: UUID,
    activity_id: UUID,
    *,
    completed_at: datetime,
    evidence_kind: str,
    evidence_id: UUID | None = None,
) -> bool:
    """Write the fact that `enrolment_id` completed `activity_id`, once: the first date stays (invariant 2).

    Not a use case by itself: the action that calls it has checked who may. `evidence_kind` names what proves it
    ("review", "conversation", "attendance", …) and `evidence_id` points at that record. Progress is marked dirty by
    a trigger.

    Returns:
        Whether the fact is new.
    """
    found = record_completions(
        session,
        [enrolment_id],
        activity_id,
        completed_at=completed_at,
        evidence_kind=evidence_kind,
        evidence_id=evidence_id,
    )
    return found == 1


def record_completions(
    session: Session,
    enrolment_ids: Collection[UUID],
    activity_id: UUID,
    *,
    completed_at: datetime,
    evidence_kind: str,
    evidence_id: UUID | None = None,
) -> int:
    """Do `record_completion` for people of one cohort at once, in three statements. Gives how many facts are new.

    A cohort that went over to a newer edition since the page was opened gets the fact for what took the activity's place.
    """
    if not enrolment_ids:
        return 0
    activity_id = _in_current_edition(session, enrolment_ids, activity_id)
    rows = [
        {
            "enrolment_id": enrolment_id,
            "activity_id": activity_id,
            "completed_at": completed_at,
            "evidence_kind": evidence_kind,
            "evidence_id": evidence_id,
        }
        for enrolment_id in enrolment_ids
    ]
    statement = insert(ActivityCompletion).values(rows).on_conflict_do_nothing()
    return len(session.execute(statement.returning(ActivityCompletion.enrolment_id)).all())


# The lock makes an upgrade wait for this fact, or this fact for it.
_EDITIONS = Prepared(
    select(
        Cohort.edition_id,
        select(Activity.edition_id)
        .where(Activity.id == bindparam("activity_id", type_=Uuid()))
        .scalar_subquery(),
    )
    .join(Enrolment, Enrolment.cohort_id == Cohort.id)
    .where(Enrolment.id == bindparam("enrolment_id", type_=Uuid()))
    .with_for_update(read=True, of=Cohort)
)


def _in_current_edition(session: Session, enrolment_ids: Collection[UUID], activity_id: UUID) -> UUID:
    """The activity as the edition of the cohort has it: nearly always the one that was asked for."""
    row = _EDITIONS.one_or_none(session, enrolment_id=next(iter(enrolment_ids)), activity_id=activity_id)
    if row is None or row[0] == row[1]:
        return activity_id
    old, was, becomes = aliased(Activity), aliased(Edition), aliased(Edition)
    found = session.scalar(
        select(Activity.id)
        .join(old, (old.slug == Activity.slug) & (old.kind == Activity.kind))
        .join(was, was.id == old.edition_id)
        .join(becomes, (becomes.id == Activity.edition_id) & (becomes.programme_id == was.programme_id))
        .where(old.id == activity_id, Activity.edition_id == row[0])
    )
    return found or activity_id
