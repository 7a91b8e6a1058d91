"""Whose turn it is: the conditions by which a reflection waits for a trainer, for all of them, or for a colleague."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Uuid, any_, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from peergang.cohorts.models import Enrolment
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.permissions import Actor
from peergang.coursework.models import Reflection
from peergang.coursework.queries.access import ME, REVIEWER
from peergang.coursework.queries.held import on_its_way
from peergang.coursework.rules import WAITING, Audience, ReflectionState
from peergang.identity.models import User

READABLE_HERE: ColumnElement[bool] = (
    Reflection.state.in_(WAITING)
    & (Reflection.audience != Audience.PRIVATE)
    & (Enrolment.cohort_id == any_(bindparam("trains", type_=ARRAY(Uuid()))))
    & (Enrolment.user_id != ME)
)
"""Whether the `Reflection` with its `Enrolment` waits, and the actor of `queue_of` trains there."""

WITH_PEERS: ColumnElement[bool] = Reflection.for_trainer_at.is_(None) & (
    Reflection.state == ReflectionState.SUBMITTED
)
"""Whether the peer group comes first, and no trainer picked it up all the same."""

FOR_TRAINER_SINCE: ColumnElement[datetime] = func.coalesce(Reflection.for_trainer_at, Reflection.submitted_at)
"""Since when the `Reflection` is the trainer's, for one that is: what never went past peers came when it was handed in."""

WAITS_SINCE: ColumnElement[datetime | None] = case((~WITH_PEERS, FOR_TRAINER_SINCE))
"""Since when it waits for a trainer, as the queue counts it; nothing while the peer group comes first."""

IN_QUEUE: ColumnElement[bool] = READABLE_HERE & ~WITH_PEERS & ~on_its_way()
"""Whether it waits for one of the trainers to whom that actor belongs."""

NOW = bindparam("now", type_=DateTime(timezone=True))
"""The moment at which a lease is over or not. Where it is None the state alone counts, which the sweep keeps right."""

_colleague = aliased(Enrolment)
COLLEAGUES = (
    select(_colleague.user_id)
    .join(User, User.id == _colleague.user_id)
    .where(
        _colleague.cohort_id == any_(bindparam("trains", type_=ARRAY(Uuid()))),
        _colleague.role == EnrolmentRole.TRAINER,
        _colleague.state.in_(TAKES_PART),
        User.deactivated_at.is_(None),
    )
)
"""Who trains one of those cohorts, the actor among them."""

LAPSED: ColumnElement[bool] = Reflection.lease_until <= NOW
HOLDER: ColumnElement[UUID | None] = case((LAPSED, None), else_=REVIEWER)
"""Who has the `Reflection` in hand, and in time."""

OWNER: ColumnElement[UUID | None] = case(
    (Reflection.state == ReflectionState.IN_REVIEW, HOLDER),
    # With a lease that is over somebody had it in hand too long: then it is free for all.
    (
        Reflection.lease_until.is_(None) & Reflection.suggested_reviewer_id.in_(COLLEAGUES),
        Reflection.suggested_reviewer_id,
    ),
    else_=None,
)
"""Who it waits for: who has it in hand, else who it is suggested to; nobody when it is free for all."""

FOR_ME: ColumnElement[bool] = func.coalesce(OWNER, ME) == ME
"""Whether it waits for the actor of `queue_of`, or for everybody."""

RANK: ColumnElement[int] = case(
    (OWNER == ME, 0),
    (OWNER.is_(None) & (Reflection.suggested_reviewer_id == ME), 0),
    (OWNER.is_(None), 1),
    (Reflection.state == ReflectionState.SUBMITTED, 2),
    else_=3,
)
"""0 for this trainer, 1 free for all, 2 suggested to a colleague, 3 in the hand of a colleague."""


def queue_of(actor: Actor) -> dict[str, Any]:
    """The parameters of IN_QUEUE."""
    return {"trains": list(actor.trains), "user_id": actor.user_id}
