"""A trainer says when they are away, and who reviews meanwhile."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.errors import Invalid, NotFound
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.coursework.models import TrainerAbsence
from peergang.coursework.policy import can_plan_absence
from peergang.coursework.queries.trainers import list_colleagues

LONGEST = timedelta(weeks=26)
FURTHEST = timedelta(weeks=52)
A_DAY = timedelta(days=1)


def plan_absence(
    session: Session,
    actor: Actor,
    starts_on: date | None,
    ends_on: date | None,
    cover_id: UUID | None = None,
    *,
    now: datetime,
) -> TrainerAbsence:
    """Be away from `starts_on` up to and including `ends_on`; `cover_id` reviews meanwhile, else who has least to do.

    Only trainers, for themselves. What they have in hand on the first day goes back, and what is suggested to them moves
    until they are there again.

    Raises:
        Invalid: `missing`, `in_past`, `before_start` or `away_too_long` for `ends_on`, `too_far_off` for `starts_on`,
            `not_a_colleague` for `cover`.
    """
    require(can_plan_absence(actor))
    problems = _problems(starts_on, ends_on, local_date(now))
    colleagues = {one.user_id for one in list_colleagues(session, actor, actor.trains)}
    if cover_id is not None and cover_id not in colleagues:
        problems["cover"] = "not_a_colleague"
    if problems or starts_on is None or ends_on is None:
        raise Invalid(problems)
    absence = TrainerAbsence(
        user_id=actor.user_id, cover_id=cover_id, starts_on=starts_on, ends_on=ends_on, made_at=now
    )
    session.add(absence)
    session.flush()
    enqueue(session, Job.COURSEWORK_RELEASE_LEASES)
    return absence


def _problems(starts_on: date | None, ends_on: date | None, today: date) -> dict[str, str]:
    if starts_on is None or ends_on is None:
        return {"ends_on": "missing"}
    if ends_on < starts_on:
        return {"ends_on": "before_start"}
    if ends_on < today:
        return {"ends_on": "in_past"}
    if starts_on > today + FURTHEST:
        return {"starts_on": "too_far_off"}
    return {"ends_on": "away_too_long"} if ends_on - starts_on > LONGEST else {}


def end_absence(session: Session, actor: Actor, absence_id: UUID, *, now: datetime) -> None:
    """Be there again from today; of one that did not begin nothing is left. What moved and still waits comes back.

    Only the trainer whose absence it is.
    """
    absence = session.get(TrainerAbsence, absence_id, with_for_update=True, populate_existing=True)
    if absence is None:
        raise NotFound
    require(can_plan_absence(actor) and absence.user_id == actor.user_id)
    today = local_date(now)
    if absence.starts_on >= today:
        session.delete(absence)
    else:
        absence.ends_on = min(absence.ends_on, today - A_DAY)
    session.flush()
    enqueue(session, Job.COURSEWORK_BALANCE_REVIEWS)
