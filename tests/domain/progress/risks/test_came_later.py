"""Who came in later was not silent before, and is not late with what was due before."""

from datetime import timedelta

from sqlalchemy import update

from peergang.cohorts.models import CohortActivity, CohortModule, Enrolment
from peergang.curriculum.models import Activity
from tests.domain.progress.risks.conftest import World
from tests.factories.cohorts import make_participant
from tests.factories.progress import complete
from tests.factories.risks import evaluate_now, open_signals

DAY = timedelta(days=1)


def lengthen(world: World) -> None:
    """The cohort began sixty days ago."""
    world.cohort.starts_on = (world.now - 60 * DAY).date()
    world.session.flush()
    world.session.execute(update(CohortModule).values(opens_at=world.now - 60 * DAY))


def joined(world: World, person: Enrolment, ago: int) -> None:
    person.activated_at = world.now - ago * DAY
    world.session.flush()


def test_who_joined_yesterday_was_not_silent_before(world: World) -> None:
    lengthen(world)
    joined(world, world.person, 1)
    assert world.signals("nobody_active") == []
    later = world.signals("nobody_active", world.now + 20 * DAY)
    assert [one.since for one in later] == [(world.now - DAY).date()], "three weeks after they joined"


def test_who_did_something_and_then_joined_by_others_waits_for_them(world: World) -> None:
    lengthen(world)
    joined(world, world.person, 50)
    assert world.signals("nobody_active")
    make_participant(world.session, world.cohort, institution=world.school, at=world.now - DAY)
    assert world.signals("nobody_active") == [], "of somebody nothing can be said yet"


def test_before_anything_opened_nobody_was_silent(world: World) -> None:
    lengthen(world)
    joined(world, world.person, 50)
    world.session.execute(update(CohortModule).values(opens_at=world.now - 5 * DAY))
    assert world.signals("nobody_active") == []


def due_both(world: World) -> None:
    """Two reflections were due ten days ago."""
    world.due("reflection", world.now - 10 * DAY)
    other = world.session.query(Activity).filter(
        Activity.edition_id == world.cohort.edition_id, Activity.id != world.activities["reflection"].id
    )
    second = next(one for one in other if one.kind != "reflection" and one.required)
    world.session.execute(update(Activity).where(Activity.id == second.id).values(kind="reflection"))
    world.session.execute(
        update(CohortActivity)
        .where(CohortActivity.activity_id == second.id)
        .values(opens_at=world.now - 40 * DAY, due_at=world.now - 10 * DAY)
    )


def test_what_was_due_before_somebody_joined_is_not_missing(world: World) -> None:
    due_both(world)
    (signal,) = world.signals("not_handed_in")
    assert signal.values == {"missing": 2, "due": 2}
    joined(world, world.person, 1)
    assert world.signals("not_handed_in") == []


def test_what_was_due_of_the_others_still_is(world: World) -> None:
    due_both(world)
    make_participant(world.session, world.cohort, institution=world.school, at=world.now - DAY)
    (signal,) = world.signals("not_handed_in")
    assert signal.values == {"missing": 2, "due": 2}


def test_a_deed_of_after_joining_still_counts(world: World) -> None:
    lengthen(world)
    joined(world, world.person, 40)
    complete(world.session, world.person, world.activities["read"], at=world.now - 30 * DAY)
    evaluate_now(world.session, world.now)
    (signal,) = open_signals(world.session, "nobody_active")
    assert signal.since == (world.now - 30 * DAY).date()
