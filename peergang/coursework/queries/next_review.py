"""The next reflection for a trainer, locked so that no colleague gets it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, case, or_, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.permissions import Actor
from peergang.core.prepared import Prepared
from peergang.coursework.models import Reflection
from peergang.coursework.queries.access import REVIEWER
from peergang.coursework.queries.turns import IN_QUEUE, LAPSED, RANK, queue_of
from peergang.coursework.rules import ReflectionState

_BESIDES = bindparam("besides", type_=Uuid())


def _select_next(*, skip_locked: bool) -> Select[UUID]:
    """Free ones by rank and promise. A row that a colleague took since the statement began is looked at again by the
    database, and passed over when it is free no longer.
    """
    return (
        select(Reflection.id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(
            IN_QUEUE,
            or_(Reflection.state == ReflectionState.SUBMITTED, LAPSED, REVIEWER.is_(None)),
        )
        .order_by(
            case((Reflection.id == _BESIDES, 1), else_=0),
            RANK,
            Reflection.promised_on,
            Reflection.for_trainer_at,
            Reflection.id,
        )
        .limit(1)
        .with_for_update(of=Reflection, skip_locked=skip_locked)
    )


_FREE, _ANY = Prepared(_select_next(skip_locked=True)), Prepared(_select_next(skip_locked=False))


def lock_next(session: Session, actor: Actor, besides: UUID | None, now: datetime) -> UUID | None:
    """The next one, locked: one that nobody is claiming at this moment, else one whose claim might still fail."""
    values = queue_of(actor) | {"besides": besides, "now": now}
    found: UUID | None = _FREE.scalar(session, **values) or _ANY.scalar(session, **values)
    return found
