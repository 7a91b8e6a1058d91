"""Making peer groups and moving people between them. Memberships have dates: what was, stays known."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peergang.cohorts.actions.memberships import Place, apply_change, note_change, open_groups
from peergang.cohorts.models import Cohort, Enrolment, PeerGroup, PeerGroupMembership
from peergang.cohorts.policy import can_arrange_groups, is_about_self
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.peers import Division, read_division
from peergang.cohorts.queries.people import PLACED
from peergang.cohorts.queries.readiness import list_cohorts_with_broken_groups
from peergang.cohorts.rules import CHANGEABLE, CohortState, EnrolmentRole
from peergang.cohorts.rules.division import fingerprint, list_moves, propose_division
from peergang.cohorts.rules.groups import GROUP, LARGEST, USUAL, ChangeKind, Member, place_one
from peergang.cohorts.rules.repair import plan_repair
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit


def make_peer_groups(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    *,
    size: int = USUAL,
    prefix: str = GROUP,
    seen: str | None = None,
    now: datetime,
) -> int:
    """Divide everybody who is invited or active into groups of about `size`, mixed over institutions, roles and experience;
    who is pinned stays. For organisers and the cohort's trainers. `prefix` is the word before the number in new names.

    `seen` is the fingerprint of the proposal that was said yes to. Gives the number of groups.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort.
        Conflict: `cohort_state`; `groups_changed` when the proposal would be another one by now.
        Invalid: {"people": "nobody"}.
    """
    require(can_arrange_groups(actor, cohort_id))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    now_in = read_division(session, cohort_id)
    if not now_in.group_of:
        raise Invalid({"people": "nobody"})
    proposal = propose_division(now_in.groups, now_in.without, now_in.pinned, size)
    if seen is not None and seen != fingerprint(now_in.groups, proposal):
        raise Conflict("groups_changed")
    if moves := list_moves(now_in.groups, proposal):
        new = [key for key in proposal if key not in now_in.groups]
        _divide(session, cohort_id, new, moves, prefix, now)
        _note(session, actor, "peer_groups_divided", cohort_id, len(moves), now)
    return len(proposal)


def _note(session: Session, actor: Actor, verb: str, cohort_id: UUID, moved: int, now: datetime) -> None:
    record_audit(session, actor, verb, "cohort", cohort_id, {"moved": moved}, now=now)


def _divide(
    session: Session,
    cohort_id: UUID,
    new: list[UUID],
    moves: Sequence[tuple[Member, UUID]],
    prefix: str,
    now: datetime,
) -> None:
    """Carry out what was proposed, with the groups of `new` opened first."""
    groups = open_groups(session, cohort_id, len(new), prefix)
    opened = dict(zip(sorted(new, reverse=True), groups, strict=True))
    places = [Place(opened.get(key, key), one.enrolment_id) for one, key in moves]
    apply_change(session, cohort_id, ChangeKind.DIVIDED, places, now=now)


def place_newcomers(session: Session, actor: Actor, cohort_id: UUID, *, now: datetime) -> int:
    """Give everybody without a group the one that suits best; groups that exist stay. For organisers and trainers.

    Gives how many were placed; who is left found all groups full.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort. Conflict: `cohort_state`.
    """
    require(can_arrange_groups(actor, cohort_id))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    now_in = read_division(session, cohort_id)
    places = []
    for member in now_in.without:
        best = place_one(member, now_in.groups)
        if best is not None:
            now_in.groups[best].append(member)
            places.append(Place(best, member.enrolment_id))
    if places:
        apply_change(session, cohort_id, ChangeKind.PLACED, places, now=now)
        _note(session, actor, "newcomers_placed", cohort_id, len(places), now)
    return len(places)


def repair_groups(session: Session, *, now: datetime) -> int:
    """Give everybody in a running cohort somebody to read with: groups that fell below 3 are filled or dissolved, and
    newcomers are placed. The platform's own clock calls this daily; twice changes nothing. Gives how many people moved.

    One statement finds the cohorts in which something is wrong; mostly there are none (invariant 5).
    """
    moved = 0
    for cohort_id in list_cohorts_with_broken_groups(session):
        moved += mend_groups(session, lock_cohort(session, cohort_id), now=now)
    return moved


def mend_groups(session: Session, cohort: Cohort, *, now: datetime) -> int:
    """Do what `repair_groups` does for one cohort that the caller holds. Gives how many people moved; who is pinned does not.

    Called by use cases after which a group may be too small. A cohort that does not run yet is its organiser's to
    arrange, and one without any group is left without. Who left at this moment is noted in the same change, so that
    their group hears of it.
    """
    if cohort.state != CohortState.RUNNING:
        return 0
    session.flush()
    now_in = read_division(session, cohort.id)
    plan = plan_repair(now_in.groups, now_in.without, now_in.pinned)
    places = [Place(group, one.enrolment_id) for one, group in plan.moves]
    opened = open_groups(session, cohort.id, len(plan.opened))
    places += [
        Place(group, one.enrolment_id)
        for group, people in zip(opened, plan.opened, strict=True)
        for one in people
    ]
    left = _list_left(session, cohort.id, now)
    if places:
        change_id = apply_change(session, cohort.id, ChangeKind.MENDED, places, now=now)
        record_audit(
            session, None, "peer_groups_mended", "cohort", cohort.id, {"moved": len(places)}, now=now
        )
    elif left:
        change_id = note_change(session, cohort.id, ChangeKind.LEFT, now=now)
    if left:
        _note_left(session, left, change_id)
    return len(places)


def _list_left(session: Session, cohort_id: UUID, now: datetime) -> list[UUID]:
    """Memberships that ended in this transaction outside any change: their people left the cohort."""
    return list(
        session.scalars(
            select(PeerGroupMembership.id).where(
                PeerGroupMembership.cohort_id == cohort_id,
                PeerGroupMembership.left_at == now,
                PeerGroupMembership.left_by_id.is_(None),
            )
        )
    )


def _note_left(session: Session, memberships: list[UUID], change_id: UUID) -> None:
    session.execute(
        update(PeerGroupMembership)
        .where(PeerGroupMembership.id.in_(memberships))
        .values(left_by_id=change_id)
        .execution_options(synchronize_session="fetch")
    )


def move_to_group(
    session: Session, actor: Actor, enrolment_id: UUID, group_id: UUID | None, *, now: datetime
) -> UUID:
    """Put one participant in another group of the same cohort, from now on; without `group_id` in a new one. For organisers
    and trainers. Gives the cohort's id.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such participant or group in one cohort.
        Conflict: `cohort_state`; `group_full`; `pinned`; `own_place` when it is the actor, who would choose whose work
            to read. All but the first carry `cohort_id`.
    """
    cohort_id, user_id = _place_of(session, enrolment_id)
    require(can_arrange_groups(actor, cohort_id))
    if is_about_self(actor, user_id):
        raise Conflict("own_place", cohort_id=cohort_id)
    lock_cohort(session, cohort_id, *CHANGEABLE)
    group = session.get(PeerGroup, group_id) if group_id else None
    if group_id and (group is None or group.cohort_id != cohort_id):
        raise NotFound
    now_in = read_division(session, cohort_id)
    if enrolment_id not in now_in.group_of:
        raise NotFound
    if _is_there(now_in, enrolment_id, group_id):
        return cohort_id
    if enrolment_id in now_in.pinned:
        raise Conflict("pinned", cohort_id=cohort_id)
    if group_id and len(now_in.groups.get(group_id, ())) >= LARGEST:
        raise Conflict("group_full", cohort_id=cohort_id)
    target = group_id or open_groups(session, cohort_id, 1)[0]
    apply_change(session, cohort_id, ChangeKind.MOVED, [Place(target, enrolment_id)], now=now)
    details = {"from": str(now_in.group_of[enrolment_id] or ""), "to": str(target)}
    record_audit(session, actor, "peer_group_moved", "enrolment", enrolment_id, details, now=now)
    return cohort_id


def _is_there(now_in: Division, enrolment_id: UUID, group_id: UUID | None) -> bool:
    """Whether somebody is where they would be put: in that group, or alone in theirs when it was to be a new one."""
    current = now_in.group_of[enrolment_id]
    alone = current is not None and len(now_in.groups[current]) == 1
    return current is not None and (current == group_id or (group_id is None and alone))


def _place_of(session: Session, enrolment_id: UUID) -> tuple[UUID, UUID]:
    row = session.execute(
        select(Enrolment.cohort_id, Enrolment.user_id).where(
            Enrolment.id == enrolment_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(PLACED),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.cohort_id, row.user_id
