"""Making peer groups and moving people between them. Memberships have dates: what was, stays known."""

from collections.abc import Iterable
from datetime import datetime
from itertools import count, islice
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, PeerGroup, PeerGroupMembership
from peergang.cohorts.policy import can_manage_cohort, is_about_self
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.people import PLACED, list_placeable
from peergang.cohorts.queries.readiness import list_cohorts_with_broken_groups
from peergang.cohorts.rules import CHANGEABLE, CohortState, EnrolmentRole
from peergang.cohorts.rules.groups import LARGEST, USUAL, Member, place_one, plan_repair, propose_groups
from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit

NAME_MAX_LENGTH = 60


def make_peer_groups(
    session: Session,
    actor: Actor,
    cohort_id: UUID,
    *,
    size: int = USUAL,
    prefix: str = "Groep",
    now: datetime,
) -> int:
    """Divide everybody who is invited or active into groups, mixed over institutions. For organisers.

    Groups that exist end, so this is for the beginning; `place_newcomers` leaves them as they are. `prefix` is the word
    before the number in their names. Gives the number of groups.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort. Conflict: `cohort_state`.
        Invalid: {"people": "nobody"}.
    """
    require(can_manage_cohort(actor))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    members = [member for member, _ in list_placeable(session, cohort_id)]
    if not members:
        raise Invalid({"people": "nobody"})
    _end(session, PeerGroupMembership.cohort_id == cohort_id, now)
    proposal = propose_groups(members, size)
    names = [f"{prefix} {number}" for number in range(1, len(proposal) + 1)]
    groups = zip(_named_groups(session, cohort_id, names), proposal, strict=True)
    _join(session, cohort_id, [(group, one) for group, people in groups for one in people], now)
    return len(proposal)


def place_newcomers(session: Session, actor: Actor, cohort_id: UUID, *, now: datetime) -> int:
    """Give everybody without a group the one that suits best; groups that exist stay. For organisers.

    Gives how many were placed; who is left found all groups full.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort. Conflict: `cohort_state`.
    """
    require(can_manage_cohort(actor))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    placeable = list_placeable(session, cohort_id)
    groups: dict[UUID, list[Member]] = {}
    for member, group in placeable:
        if group is not None:
            groups.setdefault(group, []).append(member)
    placed = []
    for member, group in placeable:
        best = place_one(member, groups) if group is None else None
        if best is not None:
            groups[best].append(member)
            placed.append((best, member))
    _join(session, cohort_id, placed, now)
    return len(placed)


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
    """Do what `repair_groups` does for one cohort that the caller holds. Gives how many people moved.

    Called by use cases after which a group may be too small. A cohort that does not run yet is its organiser's to
    arrange, and one without any group is left without.
    """
    if cohort.state != CohortState.RUNNING:
        return 0
    placeable = list_placeable(session, cohort.id)
    groups: dict[UUID, list[Member]] = {}
    for member, group in placeable:
        if group is not None:
            groups.setdefault(group, []).append(member)
    plan = plan_repair(groups, [member for member, group in placeable if group is None])
    places = [(group, one) for one, group in plan.moves]
    opened = _open_groups(session, cohort.id, len(plan.opened))
    places += [(group, one) for group, people in zip(opened, plan.opened, strict=True) for one in people]
    if not places:
        return 0
    _end(session, PeerGroupMembership.enrolment_id.in_([one.enrolment_id for _, one in places]), now)
    _join(session, cohort.id, places, now)
    record_audit(session, None, "peer_groups_mended", "cohort", cohort.id, {"moved": len(places)}, now=now)
    return len(places)


def move_to_group(
    session: Session, actor: Actor, enrolment_id: UUID, group_id: UUID, *, now: datetime
) -> UUID:
    """Put one participant in another group of the same cohort, from now on. For organisers. Gives the cohort's id.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such participant or group in one cohort.
        Conflict: `cohort_state`; `group_full`; `own_place` when it is the actor, who would choose whose work to read.
    """
    require(can_manage_cohort(actor))
    cohort_id, user_id = _place_of(session, enrolment_id)
    if is_about_self(actor, user_id):
        raise Conflict("own_place", cohort_id=cohort_id)
    lock_cohort(session, cohort_id, *CHANGEABLE)
    group = session.get(PeerGroup, group_id)
    if group is None or group.cohort_id != cohort_id:
        raise NotFound
    placeable = list_placeable(session, cohort_id)
    now_in = next((current for member, current in placeable if member.enrolment_id == enrolment_id), None)
    if now_in == group_id:
        return cohort_id
    if sum(1 for _, current in placeable if current == group_id) >= LARGEST:
        raise Conflict("group_full")
    _end(session, PeerGroupMembership.enrolment_id == enrolment_id, now)
    _join(session, cohort_id, [(group_id, Member(enrolment_id, None))], now)
    return cohort_id


def rename_group(session: Session, actor: Actor, group_id: UUID, name: str, *, now: datetime) -> UUID:
    """Give a peer group a name of its own. For organisers. Gives the cohort's id.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such group. Conflict: `cohort_state`.
        Invalid: {"name": "missing" | "long" | "taken"}.
    """
    require(can_manage_cohort(actor))
    group = session.get(PeerGroup, group_id)
    if group is None:
        raise NotFound
    lock_cohort(session, group.cohort_id, *CHANGEABLE)
    wanted = " ".join(name.split())
    if not wanted:
        raise Invalid({"name": "missing"})
    if len(wanted) > NAME_MAX_LENGTH:
        raise Invalid({"name": "long"})
    others = select(PeerGroup.id).where(
        PeerGroup.cohort_id == group.cohort_id, PeerGroup.name == wanted, PeerGroup.id != group_id
    )
    if session.execute(others).first():
        raise Invalid({"name": "taken"})
    if group.name != wanted:
        details = {"from": group.name, "to": wanted}
        group.name = wanted
        session.flush()
        record_audit(session, actor, "peer_group_renamed", "peer_group", group_id, details, now=now)
    return group.cohort_id


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


def _end(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    session.execute(
        update(PeerGroupMembership)
        .where(which, PeerGroupMembership.left_at.is_(None))
        .values(left_at=now)
        .execution_options(synchronize_session="fetch")
    )


def _open_groups(session: Session, cohort_id: UUID, number: int) -> list[UUID]:
    """So many new groups under names that nobody has had yet."""
    if not number:
        return []
    taken = set(session.scalars(select(PeerGroup.name).where(PeerGroup.cohort_id == cohort_id)))
    free = (name for place in count(1) if (name := f"Groep {place}") not in taken)
    return _named_groups(session, cohort_id, list(islice(free, number)))


def _named_groups(session: Session, cohort_id: UUID, names: list[str]) -> list[UUID]:
    """The groups with these names, made where they are not there yet."""
    known = dict(
        session.execute(
            select(PeerGroup.name, PeerGroup.id).where(
                PeerGroup.cohort_id == cohort_id, PeerGroup.name.in_(names)
            )
        ).all()
    )
    new = {name: uuid4() for name in names if name not in known}
    if new:
        rows = [{"id": key, "cohort_id": cohort_id, "name": name} for name, key in new.items()]
        session.execute(insert(PeerGroup), rows)
    return [known.get(name) or new[name] for name in names]


def _join(session: Session, cohort_id: UUID, places: Iterable[tuple[UUID, Member]], now: datetime) -> None:
    rows = [
        {
            "id": uuid4(),
            "cohort_id": cohort_id,
            "peer_group_id": group,
            "enrolment_id": member.enrolment_id,
            "joined_at": now,
        }
        for group, member in places
    ]
    if rows:
        session.execute(insert(PeerGroupMembership), rows)
