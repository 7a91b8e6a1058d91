"""The life of cohorts, from plan to close, in any order: what the model says happens, and the invariants hold."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from peergang.demo.connecting import connect_features
from tests.domain.cohorts.life.base import NOW
from tests.domain.cohorts.life.dates import Dates
from tests.domain.cohorts.life.invariants import Invariants
from tests.domain.cohorts.life.places import Places
from tests.domain.cohorts.life.runs import Runs
from tests.domain.cohorts.life.world import make_world


class WholeLife(Places, Dates, Runs, Invariants):
    """Everything that can happen to cohorts."""


@pytest.mark.slow
def test_life_of_cohorts(session: Session) -> None:
    """PEERGANG_LIVES=500 tries as many lives, other ones each time."""
    connect_features()
    beginning, organiser = make_world(session, NOW)
    session.flush()
    lives = int(os.environ.get("PEERGANG_LIVES") or "0")
    phases = [Phase.generate] if os.environ.get("PEERGANG_LIVES_QUICK") else [Phase.generate, Phase.shrink]
    found = {"session": session, "beginning": beginning, "organiser": organiser}
    run_state_machine_as_test(
        type("LifeHere", (WholeLife,), found),
        settings=settings(
            max_examples=lives or 5,
            stateful_step_count=40 if lives else 30,
            deadline=None,
            derandomize=not lives,
            suppress_health_check=list(HealthCheck),
            phases=phases,
            database=None,
        ),
    )
