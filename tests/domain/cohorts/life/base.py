"""What the rules of the machine share: the world of this example, the clock, and trying what the model allows or not."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.identity.models import User
from tests.domain.cohorts.life.model import Run, World
from tests.domain.cohorts.life.world import NAMES

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
WHICH = st.integers(0, 2)
WHO = st.sampled_from(NAMES)
SOME = st.lists(WHO, min_size=1, max_size=6, unique=True)
REFUSALS = (Conflict, Forbidden, Invalid, NotFound)


class Life(RuleBasedStateMachine):
    """One example in a savepoint of its own."""

    session: Session
    beginning: World
    organiser: Actor

    def __init__(self) -> None:
        super().__init__()
        self.outer = self.session.begin_nested()
        self.world = deepcopy(self.beginning)
        self.now = NOW
        self.facts: dict[tuple[UUID, UUID], datetime] = {}
        self.states: dict[UUID, str] = {}
        self.pinned: dict[UUID, UUID] = {}
        self.over: dict[UUID, list[tuple[Any, ...]]] = {}

    def teardown(self) -> None:
        self.outer.rollback()
        self.session.expire_all()

    def attempt(self, action: Callable[[], Any], *, allowed: bool) -> Any:
        """Carry out `action`, which must succeed exactly when the model says so."""
        self.now += timedelta(hours=1)
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

    def run(self, which: int) -> Run:
        return self.world.runs[which % len(self.world.runs)]

    def find_user(self, name: str) -> UUID | None:
        return self.session.scalar(sa.select(User.id).where(User.email == name))

    def enrolment(self, run: Run, name: str) -> UUID | None:
        return self.session.scalar(
            sa.select(Enrolment.id)
            .join(User, User.id == Enrolment.user_id)
            .where(User.email == name, Enrolment.cohort_id == run.id, Enrolment.role == "participant")
        )
