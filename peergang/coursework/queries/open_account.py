"""Whether somebody is still there at the moment in which something new of theirs is kept."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.errors import NotFound
from peergang.identity.models import User


def hold_account(session: Session, user_id: UUID | None, enrolment_id: UUID | None = None) -> None:
    """Keep an account open until the end of the transaction, for who adds a first draft or a remark with it. Closing and
    erasing wait for that, or come first: else words would stand in a record that nobody erases any more.

    Comes after the reflection, and after the place that the new record points at: who closes an account holds them in
    that order.

    Raises:
        NotFound: when it was closed meanwhile.
    """
    if enrolment_id is not None:
        place = select(Enrolment.id).where(Enrolment.id == enrolment_id)
        session.execute(place.with_for_update(read=True, key_share=True))
    account = select(User.id).where(User.id == user_id, User.deactivated_at.is_(None))
    if session.scalar(account.with_for_update(read=True)) is None:
        raise NotFound
