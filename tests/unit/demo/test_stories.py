"""The dates of the demo, whatever the day on which it is filled."""

from datetime import date, timedelta

import pytest

from peergang.core.free_days import free_days
from peergang.demo.accounts import DEMO_ACCOUNTS
from peergang.demo.cast import CONTACTS, PEOPLE
from peergang.demo.events import chance
from peergang.demo.stories import tell_stories
from peergang.progress.rules.withheld import SMALLEST

DAYS = [date(2026, 1, 1) + timedelta(days=11 * number) for number in range(50)]


@pytest.mark.parametrize("today", DAYS)
def test_the_stories_fit_around_any_day(today: date) -> None:
    finished, halfway, masterclass = tell_stories(today)
    assert timedelta(days=120) < today - finished.ends_on < timedelta(days=185)
    assert finished.closes_on is not None
    assert finished.closes_on < today
    assert timedelta(weeks=9) < today - halfway.starts_on < timedelta(weeks=12)
    assert halfway.meetings[1] < today < halfway.meetings[2] <= today + timedelta(days=12)
    assert timedelta(weeks=2) <= masterclass.starts_on - today <= timedelta(weeks=3)
    for story in (finished, halfway, masterclass):
        assert list(story.meetings) == sorted(set(story.meetings))
        assert story.made_on < story.starts_on <= story.meetings[0]
        assert story.meetings[-1] <= story.ends_on
    assert len({story.name for story in (finished, halfway, masterclass)}) == 3


@pytest.mark.parametrize("today", DAYS[::7])
def test_later_meetings_are_on_working_days(today: date) -> None:
    _, halfway, masterclass = tell_stories(today)
    for day in (*halfway.meetings[3:], *masterclass.meetings):
        assert day not in free_days((day.year,))


def test_the_contact_in_the_demo_has_enough_people_to_be_told_about() -> None:
    contact = next(email for email, role in DEMO_ACCOUNTS if role == "contact")
    school = next(CONTACTS[one.key] for one in PEOPLE.values() if one.email == contact)
    _, halfway, _ = tell_stories(date(2026, 11, 22))
    there = [part.who for part in halfway.parts if PEOPLE[part.who].school == school and part.stops == 99]
    assert len(there) >= SMALLEST


def test_chance_is_the_same_every_time() -> None:
    assert chance("a", 1).random() == chance("a", 1).random()
    assert chance("a", 1).random() != chance("a", 2).random()
