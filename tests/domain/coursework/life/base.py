"""What the rules of the machine share: the people, the clock, and trying what the model allows or not."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.coursework.models import Reflection
from tests.domain.coursework.life.model import Version, Work
from tests.factories.coursework import actor_of

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
PARTICIPANTS = ("author", "peer", "mate", "outside")
TRAINERS = ("trainer", "colleague")
NAMES = (*PARTICIPANTS, *TRAINERS, "stranger", "organiser")
WHO = st.sampled_from(NAMES)
PEER = st.sampled_from(("peer", "mate", "peer", "mate", *NAMES))
TRAINER = st.sampled_from((*TRAINERS, *TRAINERS, *TRAINERS, *NAMES))
AUTHOR = st.sampled_from(("author",) * 7 + NAMES)
WHICH = st.integers(0, 2)
REFUSALS = (Conflict, Forbidden, Invalid, NotFound)


class Life(RuleBasedStateMachine):
    """One example in a savepoint of its own. Only ids are kept, so that every example reads its own records."""

    session: Session
    beginning: Work
    people: dict[str, UUID]
    places: dict[str, UUID]
    """Enrolments, by name."""
    id: UUID
    activity_id: UUID
    cohort_id: UUID

    def __init__(self) -> None:
        super().__init__()
        self.outer = self.session.begin_nested()
        self.work = deepcopy(self.beginning)
        self.now = NOW
        self.count = 0
        self.kept: dict[tuple[str, Any], Any] = {}
        self.actors: dict[str, Actor] = {}

    def teardown(self) -> None:
        self.outer.rollback()
        self.session.expire_all()

    def actor(self, who: str) -> Actor:
        """With the roles they hold now; who leaves makes us ask anew."""
        if who not in self.actors:
            self.actors[who] = actor_of(self.session, self.people[who])
        return self.actors[who]

    def words(self) -> str:
        """Other words every time."""
        self.count += 1
        return f"Woord {self.count} van veel"

    def attempt(self, action: Callable[[], Any], *, allowed: bool) -> Any:
        """Carry out `action`, which must succeed exactly when the model says so."""
        savepoint = self.session.begin_nested()
        refused: Exception | None = None
        result = None
        try:
            result = action()
            self.session.flush()
            savepoint.commit()
        except REFUSALS as error:
            refused = error
            savepoint.rollback()
        self.session.expire_all()
        assert (refused is None) == allowed, f"the model says allowed={allowed}: {refused!r}"
        return result

    def tick(self, span: timedelta = timedelta(seconds=1)) -> datetime:
        self.now += span
        self.work.clock = self.now
        return self.now

    def stored(self) -> Reflection:
        return self.session.get_one(Reflection, self.id, populate_existing=True)

    def pick(self, which: int) -> tuple[int, Version] | None:
        """The latest version mostly (0), or an earlier one."""
        versions = self.work.versions
        if not versions:
            return None
        number = (len(versions) - 1 - which) % len(versions)
        return number, versions[number]

    def look_at_group(self) -> None:
        """Who shares a group with the author now: cohorts decides that, and has a machine of its own."""
        self.actors.clear()
        rows = self.session.execute(
            sa.text(
                "SELECT e.user_id FROM peer_group_membership mine"
                " JOIN peer_group_membership theirs ON theirs.peer_group_id = mine.peer_group_id"
                " JOIN enrolment e ON e.id = theirs.enrolment_id"
                " WHERE mine.enrolment_id = :author AND mine.left_at IS NULL AND theirs.left_at IS NULL"
                " AND theirs.enrolment_id <> mine.enrolment_id"
            ),
            {"author": self.places["author"]},
        )
        names = {user_id: who for who, user_id in self.people.items()}
        self.work.mates = {names.get(row.user_id, str(row.user_id)) for row in rows}
