"""Reviews that were sent a moment ago and can still be taken back."""

from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, select
from sqlalchemy.orm import Session

from peergang.core.prepared import Prepared
from peergang.coursework.models import Reflection, ReflectionVersion, Review


def on_its_way() -> ColumnElement[bool]:
    """Whether a review of the `Reflection` of the surrounding select is about to go out."""
    return (
        exists()
        .where(
            ReflectionVersion.reflection_id == Reflection.id,
            Review.version_id == ReflectionVersion.id,
            Review.held_until.is_not(None),
        )
        .correlate(Reflection)
    )


_HELD = Prepared(select(on_its_way()).where(Reflection.id == bindparam("reflection_id")))


def is_held(session: Session, reflection_id: UUID) -> bool:
    """Whether a review of this reflection is about to go out."""
    return bool(_HELD.scalar(session, reflection_id=reflection_id))
