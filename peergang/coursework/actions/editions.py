"""What people wrote goes along when their cohort goes over to a newer edition."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ARRAY, TextClause, Uuid, bindparam, select, text
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.conversations.models import Conversation
from peergang.coursework.models import PeerFeedback, Reflection
from peergang.coursework.rules.editions import kept_prompts
from peergang.curriculum.models import Activity
from peergang.curriculum.rules import ActivityKind
from peergang.practice.models import PracticeExample

_RECORDS = (
    (Reflection, "enrolment_id"),
    (PeerFeedback, "giver_id"),
    (PracticeExample, "enrolment_id"),
    (Conversation, "enrolment_id"),
)


def follow_edition(session: Session, cohort_id: UUID, successors: Mapping[UUID, UUID]) -> None:
    """Let reflections, feedback, examples and conversations of a cohort belong to what took the place of their activity.

    A question that is asked no longer stays with the reflections that may have answered it, so no answer is out of sight.
    Called by the use case that upgrades, in its transaction. One statement a table.
    """
    if not successors:
        return
    _keep_prompts(session, cohort_id, successors)
    values = {"cohort": cohort_id, "old": list(successors), "new": list(successors.values())}
    for model, owner in _RECORDS:
        session.execute(_follow(model.__tablename__, owner), values)
    session.expire_all()


def _follow(table: str, owner: str) -> TextClause:
    # Names of this file alone; PostgreSQL takes no parameters for them.
    return text(
        f"UPDATE {table} SET activity_id = same.new_id"  # noqa: S608
        " FROM unnest(:old, :new) AS same (old_id, new_id), enrolment"
        f" WHERE enrolment.id = {table}.{owner} AND enrolment.cohort_id = :cohort"
        f" AND {table}.activity_id = same.old_id"
    ).bindparams(*(bindparam(name, type_=ARRAY(Uuid())) for name in ("old", "new")))


def _keep_prompts(session: Session, cohort_id: UUID, successors: Mapping[UUID, UUID]) -> None:
    ids = [*successors, *successors.values()]
    rows = session.execute(
        select(Activity.id, Activity.settings).where(
            Activity.id.in_(ids), Activity.kind == ActivityKind.REFLECTION
        )
    )
    prompts = {row.id: list(row.settings.get("prompts", [])) for row in rows}
    reflections = session.scalars(
        select(Reflection)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Enrolment.cohort_id == cohort_id, Reflection.activity_id.in_(list(successors)))
    )
    for one in reflections:
        kept = kept_prompts(
            [*prompts[one.activity_id], *one.kept_prompts], prompts[successors[one.activity_id]]
        )
        if kept != one.kept_prompts:
            one.kept_prompts = kept
    session.flush()
