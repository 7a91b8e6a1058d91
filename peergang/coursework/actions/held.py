"""What may not happen to a review in the seconds before it goes out."""

from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.errors import Conflict
from peergang.coursework.queries.held import is_held


def check_not_held(session: Session, reflection_id: UUID) -> None:
    """Refuse with `review_held` to take from its trainer, put back or add to what they pressed send on a moment ago."""
    if is_held(session, reflection_id):
        raise Conflict("review_held")
