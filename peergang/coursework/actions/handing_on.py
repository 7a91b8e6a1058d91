"""From the group to the trainer: when a reflection joins the queue of those who decide about it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.rules import CohortState
from peergang.core.errors import Conflict
from peergang.core.permissions import Actor, require
from peergang.coursework.actions.allocation import (
    allocate_around,
    end_all_assignments,
    hold_group_of,
    reallocate_cohort,
)
from peergang.coursework.actions.promising import promise_answer
from peergang.coursework.models import Reflection
from peergang.coursework.policy import can_change_reflection
from peergang.coursework.queries.access import get_access
from peergang.coursework.queries.going import get_going
from peergang.coursework.queries.phases import Progress, get_progress, list_with_peers
from peergang.coursework.rules import PEER_AUDIENCES, ReflectionState
from peergang.coursework.rules.going import GOING, check_goes_on
from peergang.coursework.rules.phases import come_first, goes_on, may_hand_on, settled_at


def route_submitted(
    session: Session, cohort: Cohort, reflection: Reflection, before: str, *, now: datetime
) -> None:
    """Bring what was just handed in to the group or to the trainer, and divide the reading anew. `before` is its state
    before. The caller holds the group.

    The trainer is next when the group has no part in it, when the feedback is in (this is the revised version), and when
    the trainer asked for more. What waits with the trainer already keeps its place.
    """
    session.flush()
    waits = before == ReflectionState.SUBMITTED
    if not waits or reflection.for_trainer_at is None:
        peers = get_progress(session, reflection.id).peers
        first = come_first(peers, reflection.audience) and settled_at(peers, now) is None
        with_group = first and before != ReflectionState.RETURNED
        reflection.for_trainer_at = None if with_group else now
        promise_answer(session, reflection)
        session.flush()
    allocate_around(session, cohort, reflection.enrolment_id, now=now)


def follow_audience(
    session: Session, cohort: Cohort, reflection: Reflection, before: str | None, *, now: datetime
) -> None:
    """Bring a reflection to the trainer when its group may not read it any more, and to the group when it may from now on
    and nobody reacted yet. `before` is the audience before. The caller holds the group.
    """
    session.flush()
    if reflection.state == ReflectionState.SUBMITTED:
        progress = get_progress(session, reflection.id)
        first = come_first(progress.peers, reflection.audience)
        if not first and reflection.for_trainer_at is None:
            send_to_trainer(session, reflection, now)
        elif first and before not in PEER_AUDIENCES and not progress.sent and not progress.reviewed:
            reflection.for_trainer_at = None
            promise_answer(session, reflection)
            session.flush()
    allocate_around(session, cohort, reflection.enrolment_id, now=now)


def send_to_trainer(session: Session, reflection: Reflection, now: datetime) -> None:
    """Put what was handed in into the trainer's queue; nothing happens when it is there. The caller holds the reflection."""
    if reflection.for_trainer_at is None:
        reflection.for_trainer_at = now
        promise_answer(session, reflection)
        session.flush()


def hand_on_reflection(session: Session, actor: Actor, reflection_id: UUID, *, now: datetime) -> None:
    """Send what was handed in on to the trainer as it is: there is nothing to change after the feedback.

    Only the author. Once it is with the trainer, nothing happens.

    Raises:
        Conflict: `feedback_expected` while the group has time to react, `reflection_state` when it does not wait, and the
            reasons of `check_goes_on`.
    """
    cohort = hold_group_of(session, reflection_id)
    access = get_access(session, actor, reflection_id, lock=True)
    require(can_change_reflection(actor, access))
    check_goes_on(*get_going(session, access.cohort_id, access.activity_id), now)
    if access.state != ReflectionState.SUBMITTED:
        raise Conflict("reflection_state", state=access.state)
    reflection = session.get_one(Reflection, reflection_id, populate_existing=True)
    if reflection.for_trainer_at is not None:
        return
    progress = get_progress(session, reflection_id)
    if not may_hand_on(progress.phase(now), progress.peers, now):
        raise Conflict("feedback_expected")
    send_to_trainer(session, reflection, now)
    allocate_around(session, cohort, reflection.enrolment_id, now=now)


def repair_cohort(session: Session, cohort_id: UUID, *, now: datetime) -> int:
    """Within the hour what no action did: ask somebody else for who does not react, and give the trainer what the author
    left lying for seven days after the feedback came in or should have, or what has no group any more. Of a cohort that
    closed before its groups were ready, the trainer gets everything. Gives how many went on.

    No actor: the platform's own clock. Twice changes nothing.
    """
    cohort = lock_cohort(session, cohort_id)
    if cohort.state not in GOING:
        return hand_on_what_is_left(session, cohort_id, now)
    reallocate_cohort(session, cohort_id, now)
    ready = [one for one in list_with_peers(session, [cohort_id]) if goes_on(one.audience, one.peers, now)]
    moved = _send_each(session, ready, now)
    if moved:
        reallocate_cohort(session, cohort_id, now)
    return moved


def hand_on_what_is_left(session: Session, cohort_id: UUID, now: datetime) -> int:
    """Give the trainers what the groups of a cohort still had when it closed, and ask nobody any more. Of one that was
    cancelled nobody is promised anything. Gives how many went on. The caller holds the cohort.

    Cohorts calls this in the transaction in which it ends; the hourly repair for what ended before.
    """
    session.flush()
    closed = session.get_one(Cohort, cohort_id).state == CohortState.CLOSED
    moved = _send_each(session, list_with_peers(session, [cohort_id]) if closed else (), now)
    end_all_assignments(session, cohort_id, now)
    return moved


def _send_each(session: Session, ready: Iterable[Progress], now: datetime) -> int:
    moved = 0
    for one in ready:
        reflection = session.get_one(
            Reflection, one.reflection_id, with_for_update=True, populate_existing=True
        )
        if reflection.state == ReflectionState.SUBMITTED and reflection.for_trainer_at is None:
            send_to_trainer(session, reflection, now)
            moved += 1
    return moved
