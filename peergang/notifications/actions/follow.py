"""Letting notices follow what they are about, when that gets another id."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text
from sqlalchemy.orm import Session

# Where a notice about the new id exists already, the old one stays as it is: nothing goes out twice either way.
FOLLOW = text("""
    UPDATE notice SET subject_id = same.new_id
    FROM unnest(:old, :new) AS same (old_id, new_id)
    WHERE notice.subject_id = same.old_id AND notice.recipient_id = ANY(:people)
      AND NOT EXISTS (
        SELECT FROM notice AS other
        WHERE other.rule = notice.rule AND other.subject_id = same.new_id
          AND other.recipient_id = notice.recipient_id AND other.occurrence = notice.occurrence)
""").bindparams(*(bindparam(name, type_=ARRAY(Uuid())) for name in ("old", "new", "people")))


def follow_subjects(session: Session, successors: Mapping[UUID, UUID], people: Sequence[UUID]) -> None:
    """Let what was told, and what waits to be told, to `people` about an old id count for its successor, so that nobody
    hears the same thing twice (invariant 6). Called by use cases that have asked their policy.
    """
    if successors and people:
        values = {"old": list(successors), "new": list(successors.values()), "people": list(people)}
        session.execute(FOLLOW, values)
