"""Rules about peer groups."""

from collections import Counter

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import rule

from peergang.cohorts.actions.group_changes import pin_member, undo_group_change
from peergang.cohorts.actions.groups import make_peer_groups, move_to_group, place_newcomers
from peergang.cohorts.models import Enrolment, PeerGroup, PeerGroupMembership
from peergang.cohorts.queries.group_changes import find_last_change
from tests.domain.cohorts.life.base import WHICH, WHO, Life
from tests.domain.cohorts.life.model import Run


class Groups(Life):
    """Who reads with whom."""

    def placeable(self, run: Run) -> int:
        return sum(one.state in ("invited", "active") for one in run.places.values())

    def sizes(self, run: Run) -> Counter:
        return Counter(
            self.session.scalars(
                sa.select(PeerGroupMembership.peer_group_id).where(
                    PeerGroupMembership.cohort_id == run.id, PeerGroupMembership.left_at.is_(None)
                )
            )
        )

    def has_pins(self, run: Run) -> bool:
        held = sa.select(PeerGroupMembership.id).where(
            PeerGroupMembership.cohort_id == run.id,
            PeerGroupMembership.left_at.is_(None),
            PeerGroupMembership.pinned,
        )
        return self.session.execute(held.limit(1)).first() is not None

    def check_sizes(self, run: Run) -> None:
        """After dividing or mending: everybody in a group of 3 to 6, where there are enough people and no pins."""
        sizes, people = self.sizes(run), self.placeable(run)
        assert sum(sizes.values()) == people
        if people >= 3 and not self.has_pins(run):
            assert all(3 <= one <= 6 for one in sizes.values()), sizes

    @rule(which=WHICH, size=st.integers(3, 6))
    def divide(self, which: int, size: int) -> None:
        run = self.run(which)
        allowed = run.changeable and self.placeable(run) > 0
        self.attempt(
            lambda: make_peer_groups(self.session, self.organiser, run.id, size=size, now=self.now),
            allowed=allowed,
        )
        if allowed:
            self.check_sizes(run)

    @rule(which=WHICH)
    def place_newcomers(self, which: int) -> None:
        run = self.run(which)
        self.attempt(
            lambda: place_newcomers(self.session, self.organiser, run.id, now=self.now),
            allowed=run.changeable,
        )

    @rule(which=WHICH, name=WHO, number=st.integers(0, 3))
    def move(self, which: int, name: str, number: int) -> None:
        run, key = self.run(which), self.enrolment(self.run(which), name)
        if key is None:
            return
        groups = self.session.scalars(
            sa.select(PeerGroup.id).where(PeerGroup.cohort_id == run.id).order_by(PeerGroup.name)
        ).all()
        target = groups[number] if number < len(groups) else None
        sizes = self.sizes(run)
        now_in = self.session.scalars(
            sa.select(PeerGroupMembership.peer_group_id).where(
                PeerGroupMembership.enrolment_id == key, PeerGroupMembership.left_at.is_(None)
            )
        ).one_or_none()
        stays = now_in is not None and (now_in == target or (target is None and sizes[now_in] == 1))
        free = key not in self.pinned and (target is None or sizes[target] < 6)
        allowed = run.changeable and run.places[name].state in ("invited", "active") and (stays or free)
        self.attempt(
            lambda: move_to_group(self.session, self.organiser, key, target, now=self.now), allowed=allowed
        )

    @rule(which=WHICH, name=WHO, pinned=st.booleans())
    def pin_to_group(self, which: int, name: str, pinned: bool) -> None:
        run, key = self.run(which), self.enrolment(self.run(which), name)
        if key is None:
            return
        grouped = self.session.scalars(
            sa.select(PeerGroupMembership.id).where(
                PeerGroupMembership.enrolment_id == key, PeerGroupMembership.left_at.is_(None)
            )
        ).one_or_none()
        allowed = run.changeable and run.places[name].state in ("invited", "active") and grouped is not None
        self.attempt(
            lambda: pin_member(self.session, self.organiser, key, pinned=pinned, now=self.now),
            allowed=allowed,
        )
        if allowed and not pinned:
            self.pinned.pop(key, None)

    @rule(which=WHICH)
    def undo_groups(self, which: int) -> None:
        run = self.run(which)
        last = find_last_change(self.session, run.id)
        if last is None:
            return
        moved = set(
            self.session.scalars(
                sa.select(PeerGroupMembership.enrolment_id)
                .join(Enrolment, Enrolment.id == PeerGroupMembership.enrolment_id)
                .where(
                    (PeerGroupMembership.joined_by_id == last.change_id)
                    | (PeerGroupMembership.left_by_id == last.change_id),
                    Enrolment.state.in_(("invited", "active")),
                )
            )
        )
        allowed = run.changeable and not moved & self.pinned.keys()
        self.attempt(
            lambda: undo_group_change(self.session, self.organiser, run.id, last.change_id, now=self.now),
            allowed=allowed,
        )
