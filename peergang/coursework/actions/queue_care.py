"""What a job does for the queue: what was in hand too long comes back, and what waits is suggested to who is there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import DateTime, Select, bindparam, cast, exists, func, or_, select, update
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.db import AMSTERDAM
from peergang.coursework.actions.promising import promise_answer
from peergang.coursework.models import Reflection, TrainerAbsence
from peergang.coursework.queries.held import is_held, on_its_way
from peergang.coursework.queries.trainers import count_in_hand, list_absent, list_trainers, list_waiting
from peergang.coursework.rules import WAITING, ReflectionState
from peergang.coursework.rules.balance import Team, Waiting, spread
from peergang.coursework.rules.waiting import LEASE, TIME_TO_TALK

JUST_NOW = timedelta(minutes=1)
"""Who saved so shortly ago is at work, whatever they said about being away."""


def release_leases(session: Session, *, now: datetime) -> int:
    """Put back what trainers had in hand too long, and what somebody who went away since still had. Gives how many.

    Who asked to talk first keeps it for TIME_TO_TALK, or until they go away. It stays suggested to who had it, and
    `lease_until` says until when that was; what they wrote is theirs. What is being saved at this moment is left for the
    next time, and what they pressed send on goes out first, however late its worker is.
    """
    found = session.execute(_select_over(now).with_for_update(of=Reflection, skip_locked=True)).all()
    # Looked at again now that they are locked: somebody may have pressed send just before.
    rows = [row for row in found if not is_held(session, row[0])]
    for reflection_id, away in rows:
        session.execute(
            update(Reflection)
            .where(Reflection.id == reflection_id)
            .values(
                state=ReflectionState.SUBMITTED,
                reviewer_id=None,
                state_since=now,
                suggested_reviewer_id=Reflection.reviewer_id,
                # Of who is away it goes on to their cover; else it is free for all.
                **({"lease_until": None} if away else {}),
            )
            .execution_options(synchronize_session=False)
        )
    return len(rows)


def _select_over(now: datetime) -> Select[UUID, bool]:
    """What is to be put back, and whether because its trainer is away and had it before they went."""
    midnight = func.timezone(AMSTERDAM, cast(TrainerAbsence.starts_on, DateTime()))
    today = local_date(now)
    went_away = exists().where(
        TrainerAbsence.user_id == Reflection.reviewer_id,
        TrainerAbsence.starts_on <= today,
        TrainerAbsence.ends_on >= today,
        Reflection.state_since < func.greatest(midnight, TrainerAbsence.made_at),
        or_(Reflection.lease_until.is_(None), Reflection.lease_until < now + LEASE - JUST_NOW),
    )
    talked_out = Reflection.lease_until.is_(None) & (Reflection.state_since <= now - TIME_TO_TALK)
    return (
        select(Reflection.id, went_away)
        .where(
            Reflection.state == ReflectionState.IN_REVIEW,
            or_(Reflection.lease_until <= now, talked_out, went_away),
            ~on_its_way(),
        )
        .order_by(Reflection.id)
    )


def balance_reviews(session: Session, *, now: datetime) -> int:
    """Suggest everything that waits to a trainer who is there, as rules.balance says. Gives how many changed hands.

    A suggestion is no lock. What somebody claims or hands over meanwhile stays as they made it.
    """
    _promise_what_is_missing(session)
    waiting = list_waiting(session)
    away = list_absent(session, local_date(now))
    trainers = list_trainers(session, {one.cohort_id for one in waiting})
    present = {
        cohort: [who for who in everybody if who not in away] for cohort, everybody in trainers.items()
    }
    return _suggest(session, waiting, spread(waiting, Team(present, away, count_in_hand(session))))


def _promise_what_is_missing(session: Session) -> None:
    """Whoever put it into the queue should have promised; nobody waits without a promise."""
    missing = session.scalars(
        select(Reflection)
        .where(
            Reflection.state.in_(WAITING),
            Reflection.for_trainer_at.is_not(None),
            Reflection.promised_on.is_(None),
        )
        .order_by(Reflection.id)
        .with_for_update(skip_locked=True)
    )
    for reflection in missing:
        promise_answer(session, reflection)
    session.flush()


_SUGGEST = (
    update(Reflection.__table__)  # type: ignore[arg-type]
    .where(
        Reflection.id == bindparam("which"),
        Reflection.state == ReflectionState.SUBMITTED,
        Reflection.suggested_reviewer_id.is_not_distinct_from(bindparam("before")),
    )
    .values(
        suggested_reviewer_id=bindparam("reviewer"), covering_for_id=bindparam("absent"), lease_until=None
    )
)


def _suggest(session: Session, waiting: Sequence[Waiting], changed: Sequence[Waiting]) -> int:
    before = {one.reflection_id: one.suggested for one in waiting}
    # This job waits for nobody, so it can be part of no circle: what somebody holds has its turn the next time.
    free = set(
        session.scalars(
            select(Reflection.id)
            .where(Reflection.id.in_([one.reflection_id for one in changed]))
            .order_by(Reflection.id)
            .with_for_update(skip_locked=True)
        )
    )
    values = [
        {
            "which": one.reflection_id,
            "before": before[one.reflection_id],
            "reviewer": one.suggested,
            "absent": one.covering_for,
        }
        for one in changed
        if one.reflection_id in free
    ]
    if values:
        session.connection().execute(_SUGGEST, values)
        session.expire_all()
    return len(values)
