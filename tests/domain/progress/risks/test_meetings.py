"""Two meetings missed in a row; and an institution of which fewer than half came."""

from datetime import date, timedelta

import pytest

from peergang.cohorts.models import Enrolment, FreePeriod, SignOff
from peergang.core.clock import local_date
from tests.domain.progress.risks.conftest import World
from tests.factories.cohorts import make_meeting, make_participant
from tests.factories.progress import attend

DAY = timedelta(days=1)


def meet(world: World, *rows: str) -> list[date]:
    """One meeting a week for each row, the last one yesterday; a letter for each participant. Gives their days."""
    people = [world.person]
    while len(people) < max(len(row) for row in rows):
        people.append(make_participant(world.session, world.cohort, institution=world.school))
    days = []
    for number, row in enumerate(rows, start=1):
        starts_at = world.now - DAY - timedelta(weeks=len(rows) - number)
        meeting = make_meeting(world.session, world.cohort, starts_at, number=number)
        days.append(local_date(starts_at))
        for person, letter in zip(people, row, strict=False):
            if letter != "-":
                states = {"p": "present", "a": "absent", "e": "excused"}
                attend(world.session, meeting, person, states[letter])
    return days


@pytest.mark.parametrize(
    ("states", "missed"),
    [
        ("a", 0), ("aa", 2), ("paa", 2), ("aap", 0), ("apa", 0), ("aaa", 3), ("aapaa", 2),
        # An agreed absence, or nothing written down, is no miss and ends no row of them.
        ("ae", 0), ("aea", 2), ("a-a", 2), ("ee", 0), ("aae", 2),
    ],
)  # fmt: skip
def test_meetings_missed_in_a_row(world: World, states: str, missed: int) -> None:
    meet(world, *states)
    found = [one.values["number"] for one in world.signals("missed_meetings")]
    assert found == ([missed] if missed else [])


def test_it_holds_since_the_second_one(world: World) -> None:
    days = meet(world, *"paaa")
    (found,) = world.signals("missed_meetings")
    assert found.since == days[2]


def test_who_signed_off_missed_nothing(world: World) -> None:
    meet(world, "a")
    meeting = make_meeting(world.session, world.cohort, world.now - timedelta(hours=5), number=7)
    attend(world.session, meeting, world.person, "absent")
    assert world.signals("missed_meetings")
    own = {"meeting_id": meeting.id, "enrolment_id": world.person.id, "reason": "Ziek"}
    world.session.add(SignOff(**own, signed_off_at=world.now - 3 * DAY, starts_at=meeting.starts_at))
    assert world.signals("missed_meetings") == []
    # The meeting moved to another day, about which they said nothing.
    meeting.starts_at -= 2 * DAY
    assert world.signals("missed_meetings")


def test_a_meeting_on_a_free_day_is_no_miss(world: World) -> None:
    days = meet(world, *"aa")
    world.session.add(FreePeriod(name="Studiedag", region="", starts_on=days[1], ends_on=days[1]))
    assert world.signals("missed_meetings") == []


def test_who_stopped_missed_nothing(world: World) -> None:
    meet(world, *"aa")
    world.person.state, world.person.withdrawn_at = "withdrawn", world.now
    assert world.signals("missed_meetings") == []


@pytest.mark.parametrize(
    ("rows", "below"),
    [
        (["aa"], False),  # one meeting
        (["pa", "pa"], False),  # half
        (["pa", "aa"], True),
        (["pp", "aa", "aa"], True),
        (["pp", "aa"], False),
        (["a", "a"], False),  # one person
        (["ea", "ep"], False),  # an agreed absence
    ],
)
def test_an_institution_below_half(world: World, rows: list[str], below: bool) -> None:
    meet(world, *rows)
    assert bool(world.signals("below_half")) == below


def test_below_half_holds_since_the_meeting_after_which_it_never_was_half(world: World) -> None:
    days = meet(world, "aa", "aa", "pp", "pp", "aa", "aa")
    (found,) = world.signals("below_half")
    assert (found.since, found.values) == (days[4], {"present": 4, "recorded": 12})
    assert found.institution_id == world.school.id


def test_an_institution_without_somebody_to_call(world: World) -> None:
    from peergang.identity.models import RoleGrant, User
    from tests.factories.identity import make_user

    assert [one.institution_id for one in world.signals("no_contact")] == [world.school.id]
    contact: User = make_user(world.session)
    world.session.add(RoleGrant(user_id=contact.id, role="contact", institution_id=world.school.id))
    assert world.signals("no_contact", everything=False) == []
    contact.deactivated_at = world.now + 2 * DAY
    (again,) = world.signals("no_contact", world.now + 3 * DAY)
    assert again.since == local_date(world.now + 2 * DAY)


def test_who_could_begin_two_weeks_ago_and_did_nothing(world: World) -> None:
    """The first module opened fourteen days before the moment of the test."""
    assert world.signals("never_started", world.now - timedelta(hours=20)) == []
    (found,) = world.signals("never_started", world.now)
    assert found.since == local_date(world.now - 14 * DAY)
    assert isinstance(found.enrolment_id, type(world.person.id))
    meet(world, "p")
    assert world.signals("never_started", world.now) == []


def test_in_a_holiday_nobody_has_to_begin(world: World) -> None:
    today = world.now.date()
    world.session.add(FreePeriod(name="Kerst", region="", starts_on=today - 3 * DAY, ends_on=today + 3 * DAY))
    assert world.signals("never_started", world.now + 16 * DAY) == []
    assert world.signals("never_started", world.now + 17 * DAY)
    assert world.session.get_one(Enrolment, world.person.id)
