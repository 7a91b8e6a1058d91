"""Deciding about requests for a place."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.cohorts.actions.seats import Enrolled, Newcomer, enrol_participants
from peergang.cohorts.models import Cohort, JoinRequest
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.roster import read_people
from peergang.cohorts.rules import CHANGEABLE
from peergang.cohorts.rules.joining import RequestState
from peergang.cohorts.rules.roster.checking import KnownPerson
from peergang.core.clock import local_date
from peergang.core.errors import NotFound
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import SYSTEM, Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.people import PersonRow, ensure_users, find_or_create_user
from peergang.identity.models import User
from peergang.identity.queries import may_come_in
from peergang.notifications.models import Notice

DECLINED_RULE = "join_declined"
LONGEST_WAIT = timedelta(days=90)
"""After which a request is answered with no, and as long again later its answer is forgotten."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What became of the requests that were approved. `unclear` still lack an institution, are closed or one's own."""

    enrolled: Enrolled
    unclear: list[UUID]


def approve_requests(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    request_ids: Collection[UUID] | None = None,
    institutions: Mapping[UUID, UUID] | None = None,
    *,
    now: datetime,
) -> Approved:
    """Give those who asked a place or a place on the waiting list, the first to ask first; all of them without
    `request_ids`. For organisers. The invitation is the mail they get.

    `institutions` says by request where somebody works who typed a name we do not know. Who has an account keeps the
    school we know: what is typed into a public form moves nobody.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort. Conflict: `cohort_state`.
    """
    require(can_manage_cohort(actor))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    waiting = _lock_waiting(session, cohort_id, request_ids)
    known = read_people(session, actor, cohort_id, {one.email for one in waiting}, local_date(now))
    places, unclear = _find_places(session, waiting, known, institutions or {}, now)
    enrolled = enrol_participants(session, actor, cohort_id, list(places.values()), now=now)
    for one in waiting:
        if one.id in places:
            _decide(one, actor, RequestState.APPROVED, places[one.id].user_id, now)
    session.flush()
    details = {"approved": len(places), "unclear": len(unclear)}
    record_audit(session, actor, "requests_approved", "cohort", cohort_id, details, now=now)
    return Approved(enrolled, unclear)


def decline_request(
    session: Session, actor: Actor, cohort_id: UUID, request_id: UUID, *, now: datetime
) -> None:
    """Say no, kindly and by mail. For organisers. Who had no account is known by name and address from then on, because
    the ledger of mails sends to people; as nobody invited them, no link lets them in (identity's `may_come_in`).

    Raises:
        Forbidden: for anybody else. NotFound: when it was decided before, or is of another cohort.
    """
    require(can_manage_cohort(actor))
    found = _lock_waiting(session, cohort_id, [request_id])
    if not found:
        raise NotFound
    _say_no(session, actor, found[0], now)


def _say_no(session: Session, actor: Actor, one: JoinRequest, now: datetime) -> None:
    cohort_id = one.cohort_id
    person = read_people(session, actor, cohort_id, {one.email}, local_date(now)).get(one.email)
    user_id = person.user_id if person else _new_person(session, actor, one, now)
    _decide(one, actor, RequestState.DECLINED, user_id, now)
    session.flush()
    enqueue(session, Job.NOTICES_PLAN_RULE, DECLINED_RULE)
    record_audit(session, actor, "request_declined", "join_request", one.id, now=now)


def decline_left_over(session: Session, *, now: datetime) -> int:
    """Answer the requests that nobody decides any more, because their cohort is over or they wait for LONGEST_WAIT; the
    platform itself does this every night. Gives how many.
    """
    left_over = session.scalars(
        select(JoinRequest)
        .join(Cohort, Cohort.id == JoinRequest.cohort_id)
        .where(
            JoinRequest.state == RequestState.WAITING,
            or_(Cohort.state.not_in(CHANGEABLE), JoinRequest.requested_at < now - LONGEST_WAIT),
        )
        .order_by(JoinRequest.id)
        .with_for_update(of=JoinRequest, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for one in left_over:
        _say_no(session, SYSTEM, one, now)
    return len(left_over)


def forget_declined(session: Session, *, now: datetime) -> int:
    """Remove answers of more than LONGEST_WAIT ago, and whoever we know of nothing else than such an answer; the platform
    itself does this every night. Gives how many requests were removed.
    """
    gone = session.execute(
        delete(JoinRequest)
        .where(JoinRequest.state == RequestState.DECLINED, JoinRequest.decided_at < now - LONGEST_WAIT)
        .returning(JoinRequest.user_id)
    ).all()
    for user_id in {row.user_id for row in gone if row.user_id}:
        user = session.get(User, user_id, with_for_update=True)
        if user is not None and user.deactivated_at is None and not may_come_in(session, user):
            _forget(session, user)
    return len(gone)


def _forget(session: Session, user: User) -> None:
    """Remove somebody with the notice of the answer; whatever else points at them keeps them."""
    try:
        with session.begin_nested():
            told = delete(Notice).where(Notice.recipient_id == user.id, Notice.rule == DECLINED_RULE)
            session.execute(told.execution_options(synchronize_session=False))
            session.execute(delete(User).where(User.id == user.id))
    except IntegrityError:
        return


def _new_person(session: Session, actor: Actor, one: JoinRequest, now: datetime) -> UUID:
    return find_or_create_user(
        session,
        actor,
        given_name=one.given_name,
        particle=one.particle,
        family_name=one.family_name,
        email=one.email,
        now=now,
    ).id


def _lock_waiting(
    session: Session, cohort_id: UUID, request_ids: Collection[UUID] | None
) -> Sequence[JoinRequest]:
    statement = select(JoinRequest).where(
        JoinRequest.cohort_id == cohort_id, JoinRequest.state == RequestState.WAITING
    )
    if request_ids is not None:
        statement = statement.where(JoinRequest.id.in_(request_ids))
    ordered = statement.order_by(JoinRequest.requested_at, JoinRequest.id)
    return session.scalars(ordered.with_for_update().execution_options(populate_existing=True)).all()


def _find_places(
    session: Session,
    waiting: Sequence[JoinRequest],
    known: Mapping[str, KnownPerson],
    institutions: Mapping[UUID, UUID],
    now: datetime,
) -> tuple[dict[UUID, Newcomer], list[UUID]]:
    """Who comes, by request, and the requests about which something must be said first."""
    places: dict[UUID, Newcomer] = {}
    rows: dict[UUID, PersonRow] = {}
    for one in waiting:
        person = known.get(one.email)
        school = one.institution_id or institutions.get(one.id)
        if person and (person.closed or (person.own and not person.takes_part)):
            continue
        if person and person.affiliation_id:
            places[one.id] = Newcomer(person.user_id, person.affiliation_id)
        elif school:
            rows[one.id] = PersonRow(
                one.given_name, one.particle, one.family_name, one.email, school, one.job_title
            )
    ensured = ensure_users(session, rows.values(), now)
    for request_id, row in rows.items():
        found = ensured[row.email]
        places[request_id] = Newcomer(found.user_id, found.affiliation_id)
    # In the order of asking, which is the order in which seats go.
    ordered = {one.id: places[one.id] for one in waiting if one.id in places}
    return ordered, [one.id for one in waiting if one.id not in places]


def _decide(one: JoinRequest, actor: Actor, state: RequestState, user_id: UUID, now: datetime) -> None:
    """Write the decision down, and empty what the person wrote: it has served."""
    one.state, one.user_id, one.decided_at, one.decided_by_id = state, user_id, now, actor.user_id
    one.given_name = one.particle = one.family_name = one.email = ""
    one.institution_text = one.job_title = one.motivation = ""
    one.institution_id = None
