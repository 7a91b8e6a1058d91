"""Two activities past one's own date."""

from datetime import timedelta

from peergang.cohorts.models import Extension, FreePeriod
from tests.domain.progress.risks.conftest import World
from tests.factories.progress import complete, hand_in

DAY = timedelta(days=1)


def test_one_is_everyday_and_the_second_counts_from_its_own_moment(world: World) -> None:
    world.due("read", world.now - 9 * DAY)
    world.due("reflection", world.now)
    assert world.signals("overdue", world.now - timedelta(seconds=1)) == []
    (found,) = world.signals("overdue", world.now)
    assert (found.since, found.values) == (
        world.now.date(),
        {"number": 2, "oldest": (world.now - 9 * DAY).date().isoformat()},
    )


def test_what_is_done_or_handed_in_is_not_late(world: World) -> None:
    read, reflection = world.due("read", world.now - 9 * DAY), world.due("reflection", world.now - DAY)
    assert world.signals("overdue")
    hand_in(world.session, world.person, reflection, at=world.now, text="x")
    assert world.signals("overdue") == []
    world.due("conversation", world.now - DAY)
    assert world.signals("overdue")
    complete(world.session, world.person, read, at=world.now)
    assert world.signals("overdue") == []


def test_who_has_more_time_is_not_late_before_that(world: World) -> None:
    world.due("read", world.now - 9 * DAY)
    reflection = world.due("reflection", world.now - DAY)
    world.session.add(
        Extension(
            enrolment_id=world.person.id,
            activity_id=reflection.id,
            due_at=world.now + 5 * DAY,
            reason="",
            granted_at=world.now,
        )
    )
    assert world.signals("overdue") == []
    assert world.signals("overdue", world.now + 5 * DAY)


def test_who_came_later_is_not_late(world: World) -> None:
    world.due("read", world.now - 9 * DAY)
    world.due("reflection", world.now - DAY)
    world.person.activated_at = world.now - timedelta(hours=23)
    assert world.signals("overdue") == []


def test_what_is_due_in_a_holiday_is_late_when_it_is_over(world: World) -> None:
    world.due("read", world.now - 9 * DAY)
    world.due("reflection", world.now - DAY)
    today = world.now.date()
    world.session.add(
        FreePeriod(name="Vakantie", region="", starts_on=today - 3 * DAY, ends_on=today + 3 * DAY)
    )
    assert world.signals("overdue") == []
    assert world.signals("overdue", world.now + 3 * DAY) == []
    assert world.signals("overdue", world.now + 4 * DAY)
