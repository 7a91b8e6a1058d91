"""One reflection under many hands, in any order: what the model says happens, and the invariants hold."""

import os

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from peergang.cohorts.models import CohortActivity
from peergang.demo.days import connect_features
from tests.domain.coursework.life.around import Around
from tests.domain.coursework.life.base import NOW
from tests.domain.coursework.life.endings import Endings
from tests.domain.coursework.life.invariants import Invariants
from tests.domain.coursework.life.model import Work
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.coursework import ANSWERS, find_activity, make_class, make_reflection
from tests.factories.identity import make_organiser


class WholeLife(Around, Endings, Invariants):
    """Everything that can happen to a reflection."""


def make_world(session: Session) -> dict[str, object]:
    """A group of three, another group, two trainers, and people who have no business here."""
    room = make_class(session, NOW)
    far = [make_participant(session, room.cohort) for _ in range(2)]
    make_peer_group(session, room.cohort, room.outside, *far, since=NOW)
    places = {name: getattr(room, name) for name in ("author", "peer", "outside", "trainer", "colleague")}
    places["mate"] = room.other_peer
    places["stranger"] = make_participant(session, make_cohort(session, NOW))
    answers = {slug: f"{text} *{slug}* ging over ’t digibord." for slug, text in ANSWERS.items()}
    reflection = make_reflection(
        session, room.author, NOW, audience="trainer", title="Meekijken", answers=answers
    )
    make_reflection(session, room.other_peer, NOW)
    task = find_activity(session, room.cohort, "peer_feedback")
    due_at = session.scalars(
        sa.select(CohortActivity.due_at).where(
            CohortActivity.cohort_id == room.cohort.id, CohortActivity.activity_id == task.id
        )
    ).one()
    return {
        "session": session,
        "beginning": Work(due_at, {"peer", "mate"}, draft=answers),
        "people": {name: place.user_id for name, place in places.items()}
        | {"organiser": make_organiser(session).id},
        "places": {name: place.id for name, place in places.items()},
        "id": reflection.id,
        "activity_id": reflection.activity_id,
        "cohort_id": room.cohort.id,
    }


@pytest.mark.slow
def test_life_of_a_reflection(session: Session) -> None:
    """PEERGANG_LIVES=500 tries as many lives, other ones each time."""
    connect_features()
    world = make_world(session)
    session.flush()
    lives = int(os.environ.get("PEERGANG_LIVES") or "0")
    phases = [Phase.generate] if os.environ.get("PEERGANG_LIVES_QUICK") else [Phase.generate, Phase.shrink]
    run_state_machine_as_test(
        type("LifeHere", (WholeLife,), world),
        settings=settings(
            max_examples=lives or 8,
            stateful_step_count=60 if lives else 40,
            deadline=None,
            derandomize=not lives,
            suppress_health_check=list(HealthCheck),
            phases=phases,
            database=None,
        ),
    )
