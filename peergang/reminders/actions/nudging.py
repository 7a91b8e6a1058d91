"""A trainer has participants reminded of one activity."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.rules import CohortState
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor, require
from peergang.curriculum.models import Activity
from peergang.curriculum.rules import ActivityKind
from peergang.notifications.actions.habits import read_habits
from peergang.notifications.rules import Delivery, Habits, Urgency
from peergang.reminders.models import Nudge
from peergang.reminders.policy import can_remind, can_remind_person
from peergang.reminders.queries.nudges import RULE, has_left, list_remindable


class How(StrEnum):
    """How somebody hears of it."""

    MAIL = "mail"
    BUNDLE = "bundle"
    LATER = "later"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Reminded:
    """What becomes of the reminder for one person: `why` says why not, and is empty for who gets it, as `how` says."""

    person: Any
    why: str
    how: How | None = None
    nudge_id: UUID | None = None


def foresee_reminders(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    enrolment_ids: Collection[UUID],
    activity_id: UUID,
    *,
    now: datetime,
) -> list[Reminded]:
    """Who would be reminded of an activity and how, and who not and why; by name. For the trainers of the cohort. Changes
    nothing, and takes a constant number of statements.

    Raises:
        Forbidden: for anybody else. NotFound: when such an activity is nothing to be reminded of.
    """
    require(can_remind(actor, cohort_id))
    _check_activity(session, activity_id)
    rows = list_remindable(session, cohort_id, enrolment_ids, activity_id, now)
    habits = read_habits(session, [row.user_id for row in rows], now=now)
    return [_foresee(actor, row, habits.get(row.user_id) or Habits()) for row in rows]


def remind_participants(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    enrolment_ids: Collection[UUID],
    activity_id: UUID,
    *,
    now: datetime,
) -> list[Reminded]:
    """Have these participants reminded of an activity, each at most once a week. For the trainers of the cohort.

    The message goes out by the rule `trainer_reminder` within the week and budget of its reader, and is asked again then
    whether it still stands.

    Raises:
        Forbidden: for anybody else. NotFound: as above. Conflict: `cohort_state`.
    """
    require(can_remind(actor, cohort_id))
    lock_cohort(session, cohort_id, CohortState.RUNNING)
    found = foresee_reminders(session, actor, cohort_id, enrolment_ids, activity_id, now=now)
    made = [Reminded(one.person, "", one.how, uuid4()) if not one.why else one for one in found]
    _write(session, actor, made, activity_id, now)
    return made


def _write(
    session: Session, actor: Actor, made: Sequence[Reminded], activity_id: UUID, now: datetime
) -> None:
    rows = [
        {
            "id": one.nudge_id,
            "enrolment_id": one.person.enrolment_id,
            "activity_id": activity_id,
            "asked_by_id": actor.user_id,
            "asked_at": now,
        }
        for one in made
        if one.nudge_id
    ]
    if rows:
        session.execute(insert(Nudge), rows)


def withdraw_reminders(
    session: Session, actor: Actor, cohort_id: UUID, nudge_ids: Sequence[UUID], *, now: datetime
) -> int:
    """Take back reminders that did not leave yet. For the trainers of the cohort. Gives how many.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort.
    """
    require(can_remind(actor, cohort_id))
    lock_cohort(session, cohort_id)
    places = select(Enrolment.id).where(Enrolment.cohort_id == cohort_id)
    taken = session.execute(
        update(Nudge)
        .where(
            Nudge.id.in_(list(nudge_ids)),
            Nudge.enrolment_id.in_(places),
            Nudge.withdrawn_at.is_(None),
            ~has_left(),
        )
        .values(withdrawn_at=now)
        .returning(Nudge.id)
        .execution_options(synchronize_session=False)
    )
    return len(taken.all())


def _check_activity(session: Session, activity_id: UUID) -> None:
    found = select(Activity.id).where(
        Activity.id == activity_id, Activity.required, Activity.kind != ActivityKind.MEETING
    )
    if session.scalar(found) is None:
        raise NotFound


def _foresee(actor: Actor, row: Any, habits: Habits) -> Reminded:
    if row.why:
        return Reminded(row, row.why)
    if not can_remind_person(actor, row.user_id):
        return Reminded(row, "self")
    delivery = habits.delivery_of(RULE, Urgency.NORMAL, Delivery.AT_ONCE)
    if delivery == Delivery.OFF:
        return Reminded(row, "unsubscribed")
    if habits.suspended or delivery == Delivery.IN_APP:
        return Reminded(row, "", How.SITE)
    if delivery != Delivery.AT_ONCE:
        return Reminded(row, "", How.BUNDLE)
    full = habits.mailed >= max(1, habits.per_week - 1)
    return Reminded(row, "", How.LATER if full else How.MAIL)
