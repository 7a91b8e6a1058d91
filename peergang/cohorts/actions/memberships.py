"""Writing down who moved between peer groups, as one change that can be taken back. For use cases that hold the cohort."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import count, islice
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import PeerGroup, PeerGroupChange, PeerGroupMembership
from peergang.cohorts.rules.groups import GROUP, ChangeKind

GroupsChanged = Callable[[Session, UUID, datetime], None]
"""Called with the cohort and the moment, inside the transaction in which its groups changed, by who holds the cohort."""

_when_groups_changed: list[GroupsChanged] = []


def when_groups_changed(callback: GroupsChanged) -> None:
    """Let a higher feature follow who is with whom. Whoever starts a process with actions calls this."""
    if callback not in _when_groups_changed:
        _when_groups_changed.append(callback)


def tell_groups_changed(session: Session, cohort_id: UUID, now: datetime) -> None:
    """Tell the higher features, once the memberships say so too."""
    session.flush()
    for callback in _when_groups_changed:
        callback(session, cohort_id, now)


class Place(NamedTuple):
    """Somebody (an enrolment) in a group."""

    group_id: UUID
    enrolment_id: UUID
    pinned: bool = False


def apply_change(
    session: Session,
    cohort_id: UUID,
    kind: ChangeKind,
    places: Sequence[Place],
    *,
    leaving: Iterable[UUID] = (),
    undoes_id: UUID | None = None,
    now: datetime,
) -> UUID:
    """Put people in `places` and take those of `leaving` (enrolment ids) out of theirs, from now on. Gives the change's id."""
    change_id = note_change(session, cohort_id, kind, undoes_id=undoes_id, now=now)
    moving = [one.enrolment_id for one in places] + list(leaving)
    session.execute(
        update(PeerGroupMembership)
        .where(PeerGroupMembership.enrolment_id.in_(moving), PeerGroupMembership.left_at.is_(None))
        .values(left_at=now, left_by_id=change_id)
        .execution_options(synchronize_session="fetch")
    )
    if places:
        _write(session, cohort_id, places, change_id, now)
    tell_groups_changed(session, cohort_id, now)
    return change_id


def _write(
    session: Session, cohort_id: UUID, places: Sequence[Place], change_id: UUID, now: datetime
) -> None:
    rows = [
        {
            "id": uuid4(),
            "cohort_id": cohort_id,
            "peer_group_id": one.group_id,
            "enrolment_id": one.enrolment_id,
            "joined_at": now,
            "joined_by_id": change_id,
            "pinned": one.pinned,
        }
        for one in places
    ]
    session.execute(insert(PeerGroupMembership), rows)


def note_change(
    session: Session, cohort_id: UUID, kind: ChangeKind, *, undoes_id: UUID | None = None, now: datetime
) -> UUID:
    """A change without anybody in it yet, numbered after those that the cohort had."""
    last = session.scalar(
        select(func.max(PeerGroupChange.number)).where(PeerGroupChange.cohort_id == cohort_id)
    )
    change = PeerGroupChange(
        cohort_id=cohort_id, kind=kind, made_at=now, number=(last or 0) + 1, undoes_id=undoes_id
    )
    session.add(change)
    session.flush()
    return change.id


def open_groups(session: Session, cohort_id: UUID, number: int, prefix: str = GROUP) -> list[UUID]:
    """So many groups without members, under the first free numbers; a name that nobody has now may come back."""
    if not number:
        return []
    inhabited = select(PeerGroupMembership.peer_group_id).where(
        PeerGroupMembership.cohort_id == cohort_id, PeerGroupMembership.left_at.is_(None)
    )
    known = session.execute(
        select(PeerGroup.name, PeerGroup.id, PeerGroup.id.in_(inhabited).label("taken")).where(
            PeerGroup.cohort_id == cohort_id
        )
    ).all()
    taken = {row.name for row in known if row.taken}
    empty = {row.name: row.id for row in known if not row.taken}
    free = (name for place in count(1) if (name := f"{prefix} {place}") not in taken)
    names = list(islice(free, number))
    new = {name: uuid4() for name in names if name not in empty}
    if new:
        rows = [{"id": key, "cohort_id": cohort_id, "name": name} for name, key in new.items()]
        session.execute(insert(PeerGroup), rows)
    return [empty.get(name) or new[name] for name in names]
