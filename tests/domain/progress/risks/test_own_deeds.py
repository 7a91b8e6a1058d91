"""What others do about somebody is no deed of theirs: it breaks no silence, and begins none."""

from datetime import time, timedelta
from uuid import uuid4

import pytest

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.overriding import override_completion
from peergang.core.clock import at_local, local_date
from peergang.core.permissions import Actor
from peergang.coursework.models import PeerFeedback
from peergang.notifications.catalog import list_rules
from peergang.progress.actions.risks import dismiss_risk
from peergang.progress.models import EnrolmentProgress
from peergang.reminders.queries.silence import list_newly_silent
from tests.domain.progress.risks.conftest import World
from tests.factories.cohorts import make_participant
from tests.factories.coursework import make_submitted
from tests.factories.identity import make_organiser, make_user
from tests.factories.progress import compile_now

DAY = timedelta(days=1)


def test_who_only_got_a_judgment_has_not_begun(world: World) -> None:
    world.due("reflection", world.now + DAY)
    then, judged = world.now + 20 * DAY, world.now + 19 * DAY
    trainer = Actor(make_user(world.session).id, trains=frozenset({world.cohort.id}))
    activity = world.activities["conversation"].id
    override_completion(world.session, trainer, world.person.id, activity, "Zag het", now=judged)
    assert len(world.signals("never_started", then)) == 1
    progress = world.session.get_one(EnrolmentProgress, world.person.id)
    assert (progress.completed, progress.last_completed_at) == (1, None)


@pytest.mark.parametrize(
    ("kind", "evidence", "counts"),
    [
        ("conversation", "conversation", True),
        ("reflection", "review", False),
        ("peer_feedback", "nobody_to_read", False),
    ],
)
def test_what_a_fact_says_about_its_day(world: World, kind: str, evidence: str, counts: bool) -> None:
    at, done = world.now + 19 * DAY, world.activities[kind].id
    world.due("read", world.now + DAY)
    record_completion(
        world.session, world.person.id, done, completed_at=at, evidence_kind=evidence, evidence_id=uuid4()
    )
    assert len(world.signals("never_started", world.now + 20 * DAY)) == (0 if counts else 1)
    compile_now(world.session, at)
    found = world.session.get_one(EnrolmentProgress, world.person.id).last_completed_at
    assert found == (at if counts else None)


def test_sending_feedback_is_a_deed_and_its_completion_by_night_is_none(world: World) -> None:
    """At night it is completed when nobody is left to serve, days after the last was sent."""
    world.due("read", world.now + DAY)
    peer = make_participant(world.session, world.cohort)
    record_completion(
        world.session,
        world.person.id,
        world.activities["peer_feedback"].id,
        completed_at=world.now + 19 * DAY,
        evidence_kind="peer_feedback",
    )
    then = world.now + 20 * DAY

    def waited_for() -> bool:
        return world.person.id in {one.enrolment_id for one in world.signals("never_started", then)}

    assert waited_for()
    version = make_submitted(world.session, peer, world.now + DAY, activity=world.activities["reflection"])
    moments = {"saved_at": world.now + 2 * DAY, "sent_at": world.now + 18 * DAY}
    world.session.add(PeerFeedback(version_id=version.id, giver_id=world.person.id, answers={}, **moments))
    world.session.flush()
    assert not waited_for()


def test_not_begun_set_aside_says_nothing_of_a_later_silence(world: World) -> None:
    world.due("reflection", world.now + DAY)
    (signal,) = world.signals("never_started", world.now + 20 * DAY)
    organiser = Actor(make_organiser(world.session).id, is_organiser=True)
    dismiss_risk(world.session, organiser, signal.id, "Begint later", now=world.now + 20 * DAY)

    def told() -> bool:
        """In the mail of any Monday of the next two months. Reading the rules also reads who is left out."""
        list_rules()
        today = local_date(world.now)
        first = today - today.weekday() * DAY
        mondays = [first + week * 7 * DAY for week in range(1, 10)]
        cohorts = [world.cohort.id]
        return any(list_newly_silent(world.session, cohorts, at_local(one, time(8)), one) for one in mondays)

    assert not told()
    record_completion(
        world.session,
        world.person.id,
        world.activities["read"].id,
        completed_at=world.now + 22 * DAY,
        evidence_kind="topics_read",
        evidence_id=None,
    )
    assert told()
