"""Seats and the waiting list. Everything here holds the cohort's row, so that capacity holds whoever comes at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Row, case, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.actions.invitations import request_invitations
from peergang.cohorts.models import ActivityCompletion, Cohort, Enrolment
from peergang.cohorts.policy import can_manage_cohort, is_about_self
from peergang.cohorts.queries.cohorts import count_seats_taken, lock_cohort
from peergang.cohorts.rules import CHANGEABLE, INVITING, EnrolmentRole, EnrolmentState
from peergang.core.errors import Conflict
from peergang.core.permissions import Actor, require


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to be enrolled, under the affiliation that counts (invariant 9)."""

    user_id: UUID
    affiliation_id: UUID


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What became of them: enrolment ids. `unchanged` counts those who had a place already."""

    invited: list[UUID]
    waitlisted: list[UUID]
    unchanged: int


def enrol_participants(
    session: Session, actor: Actor, cohort_id: UUID, newcomers: Sequence[Newcomer], *, now: datetime
) -> Enrolled:
    """Enrol people in this order while there are seats; the rest join the waiting list, in order. For organisers.

    Who withdrew before is enrolled again; who has a place keeps it. An enrolment that was withdrawn counts for the
    affiliation of today when nothing was completed in it, and otherwise for the one it had (invariant 9). Invitations
    go out when the cohort is open. A constant number of statements for any number of people.

    Raises:
        Forbidden: for anybody else.
        NotFound: when there is no such cohort.
        Conflict: `cohort_state` when it is closed or cancelled; `own_place` when the actor is among those who would come.
    """
    require(can_manage_cohort(actor))
    cohort = lock_cohort(session, cohort_id, *CHANGEABLE)
    people = list({one.user_id: one for one in newcomers}.values())
    coming = _list_coming(session, actor, cohort_id, people)
    free = max(0, cohort.capacity - count_seats_taken(session, cohort_id))
    if _count_waiting(session, cohort_id):
        free = 0
    if not coming:
        return Enrolled([], [], len(people))
    _write(session, [_row(cohort, one, place - free, now) for place, one in enumerate(coming)])
    written = _read_back(session, cohort_id, coming)
    invited = [key for key, state in written if state == EnrolmentState.INVITED]
    request_invitations(session, cohort, invited, now=now)
    waitlisted = [key for key, state in written if state == EnrolmentState.WAITLISTED]
    return Enrolled(invited, waitlisted, len(people) - len(coming))


def _list_coming(
    session: Session, actor: Actor, cohort_id: UUID, people: Sequence[Newcomer]
) -> list[Newcomer]:
    """Those of `people` who have no place yet, or gave it up; the actor is not among them."""
    known = _states(session, cohort_id, people)
    coming = [one for one in people if known.get(one.user_id) in (None, EnrolmentState.WITHDRAWN)]
    if any(is_about_self(actor, one.user_id) for one in coming):
        raise Conflict("own_place", cohort_id=cohort_id)
    return coming


def _write(session: Session, rows: list[dict[str, object]]) -> None:
    statement = insert(Enrolment)
    changed = ("state", "invited_at", "waitlisted_at", "withdrawn_at", "withdrawn_reason", "moved_up")
    has_facts = exists().where(ActivityCompletion.enrolment_id == Enrolment.id).correlate(Enrolment)
    # What was completed stays with the institution it was completed for: history does not move.
    affiliation = case((has_facts, Enrolment.affiliation_id), else_=statement.excluded.affiliation_id)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["cohort_id", "user_id", "role"],
            set_={name: statement.excluded[name] for name in changed} | {"affiliation_id": affiliation},
            where=Enrolment.state == EnrolmentState.WITHDRAWN,
        ),
        rows,
    )


def _read_back(session: Session, cohort_id: UUID, people: Sequence[Newcomer]) -> Sequence[Row[UUID, str]]:
    """The enrolments of `people` as (id, state), in the order of waiting."""
    return session.execute(
        select(Enrolment.id, Enrolment.state)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.user_id.in_([one.user_id for one in people]),
        )
        .order_by(Enrolment.waitlisted_at, Enrolment.id)
    ).all()


def promote_waiting(session: Session, cohort: Cohort, *, now: datetime) -> list[UUID]:
    """Give free seats to who is first on the list; the caller holds the cohort and asked its policy. Gives enrolment ids."""
    free = cohort.capacity - count_seats_taken(session, cohort.id)
    if free <= 0:
        return []
    first = (
        select(Enrolment.id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.state == EnrolmentState.WAITLISTED)
        .order_by(Enrolment.moved_up.desc(), Enrolment.waitlisted_at, Enrolment.id)
        .limit(free)
    )
    promoted = list(session.scalars(first))
    if promoted:
        session.execute(
            update(Enrolment)
            .where(Enrolment.id.in_(promoted))
            .values(
                state=EnrolmentState.INVITED,
                invited_at=now if cohort.state in INVITING else None,
                moved_up=0,
            )
            .execution_options(synchronize_session="fetch")
        )
        request_invitations(session, cohort, promoted, now=now)
    return promoted


def _states(session: Session, cohort_id: UUID, people: Sequence[Newcomer]) -> dict[UUID, str]:
    rows = session.execute(
        select(Enrolment.user_id, Enrolment.state).where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.user_id.in_([one.user_id for one in people]),
        )
    )
    return dict(rows.all())


def _count_waiting(session: Session, cohort_id: UUID) -> bool:
    statement = select(Enrolment.id).where(
        Enrolment.cohort_id == cohort_id, Enrolment.state == EnrolmentState.WAITLISTED
    )
    return session.execute(statement.limit(1)).first() is not None


def _row(cohort: Cohort, one: Newcomer, place: int, now: datetime) -> dict[str, object]:
    """The enrolment of `one`; a `place` below zero is a seat, from zero on a place in the queue."""
    waits = place >= 0
    return {
        "id": uuid4(),
        "cohort_id": cohort.id,
        "user_id": one.user_id,
        "affiliation_id": one.affiliation_id,
        "role": EnrolmentRole.PARTICIPANT,
        "state": EnrolmentState.WAITLISTED if waits else EnrolmentState.INVITED,
        "invited_at": now if not waits and cohort.state in INVITING else None,
        # People of one file wait in the order of its rows, a microsecond apart.
        "waitlisted_at": now + timedelta(microseconds=place) if waits else None,
        "withdrawn_at": None,
        "withdrawn_reason": "",
        "moved_up": 0,
    }
