"""Recording that an activity was completed. The callers are use cases that have just seen the evidence."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import ActivityCompletion, Cohort, CompletionOverride, Enrolment, WaitingEvidence
from peergang.cohorts.rules.completion import OVERRIDE, rule_version
from peergang.core.errors import NotFound
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
    """Do `record_completion` for people of one cohort at once, in four statements. Gives how many facts are new.

    What an override completed already keeps the override's date; this evidence waits and counts from its own date when the
    override is taken back. The fact keeps the version that the rule of its kind has today (`rules.completion`). A cohort
    that went over to a newer edition since the page was opened gets the fact for what took the activity's place.
    """
    if not enrolment_ids:
        return 0
    activity_id, version = _in_current_edition(session, enrolment_ids, activity_id)
    rows = [
        {
            "enrolment_id": enrolment_id,
            "activity_id": activity_id,
            "completed_at": completed_at,
            "evidence_kind": evidence_kind,
            "evidence_id": evidence_id,
            "rule_version": version,
        }
        for enrolment_id in sorted(set(enrolment_ids))
    ]
    written = _write(session, rows)
    left = [row for row in rows if row["enrolment_id"] not in written]
    if left:
        # Who took an override back while we waited for it has made room.
        written |= _write(session, _set_aside(session, left, activity_id))
    return len(written)


def _write(session: Session, rows: list[dict[str, Any]]) -> set[UUID]:
    """Add the facts that are not there yet. Gives whose are new."""
    if not rows:
        return set()
    statement = insert(ActivityCompletion).values(rows).on_conflict_do_nothing()
    return set(session.scalars(statement.returning(ActivityCompletion.enrolment_id)))


def _set_aside(session: Session, rows: list[dict[str, Any]], activity_id: UUID) -> list[dict[str, Any]]:
    """Keep evidence for an activity that an override completed already: it counts once that is taken back.

    Holding the override makes taking back wait for this, or this for taking back. Gives the rows of those for whom nothing
    stands in the way any more, which is nobody unless one was taken back this very moment.
    """
    override = CompletionOverride
    basis = session.scalars(
        select(override.enrolment_id)
        .join(
            ActivityCompletion,
            (ActivityCompletion.evidence_id == override.id) & (ActivityCompletion.evidence_kind == OVERRIDE),
        )
        .where(
            ActivityCompletion.activity_id == activity_id,
            ActivityCompletion.enrolment_id.in_([row["enrolment_id"] for row in rows]),
            override.taken_back_at.is_(None),
        )
        .order_by(override.id)
        .with_for_update(read=True, of=override)
    ).all()
    aside = [row for row in rows if row["enrolment_id"] in basis]
    if aside and aside[0]["evidence_kind"] != OVERRIDE:
        session.execute(insert(WaitingEvidence).values(aside).on_conflict_do_nothing())
    return [row for row in rows if row["enrolment_id"] not in basis]


# The lock makes an upgrade wait for this fact, or this fact for it.
_EDITIONS = Prepared(
    select(
        Cohort.edition_id,
        Activity.edition_id,
        Activity.kind,
    )
    .join(Enrolment, Enrolment.cohort_id == Cohort.id)
    .join(Activity, Activity.id == bindparam("activity_id", type_=Uuid()))
    .where(Enrolment.id == bindparam("enrolment_id", type_=Uuid()))
    .with_for_update(read=True, of=Cohort)
)


def _in_current_edition(
    session: Session, enrolment_ids: Collection[UUID], activity_id: UUID
) -> tuple[UUID, int]:
    """The activity as the edition of the cohort has it, nearly always the one asked for, and the version of its rule."""
    row = _EDITIONS.one_or_none(session, enrolment_id=next(iter(enrolment_ids)), activity_id=activity_id)
    if row is None:
        raise NotFound
    if row[0] == row[1]:
        return activity_id, rule_version(row[2])
    old, was, becomes = aliased(Activity), aliased(Edition), aliased(Edition)
    found = session.scalar(
        select(Activity.id)
        .join(old, (old.slug == Activity.slug) & (old.kind == Activity.kind))
        .join(was, was.id == old.edition_id)
        .join(becomes, (becomes.id == Activity.edition_id) & (becomes.programme_id == was.programme_id))
        .where(old.id == activity_id, Activity.edition_id == row[0])
    )
    return found or activity_id, rule_version(row[2])
