"""The record of hours: what follows from facts counts once, and one's own lines are nobody else's."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.curriculum.models import Activity, Edition
from peergang.progress.actions import hours as use
from peergang.progress.models import OwnHours
from peergang.progress.personal_data import erase, export
from peergang.progress.queries.hours import find_entry, get_entry, list_lines
from peergang.progress.rules.hours import Source
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.identity import make_organiser, make_user
from tests.factories.progress import attend

DAY = timedelta(days=1)


@pytest.fixture
def scene(session, now):
    cohort = make_cohort(session, now, edition=make_edition(session))
    person = make_participant(session, cohort)
    return SimpleNamespace(
        session=session,
        now=now,
        cohort=cohort,
        person=person,
        me=actor_of(session, person),
        organiser=actor_of(session, make_organiser(session)),
        hours=use.Hours(now.date(), "course", "Studiedag", 6),
    )


def activity(scene, slug):
    wanted = (Activity.edition_id == scene.cohort.edition_id) & (Activity.slug == slug)
    return scene.session.scalars(sa.select(Activity).where(wanted)).one()


def complete(scene, slug, at, kind="topics_read"):
    one = activity(scene, slug).id
    record_completion(scene.session, scene.person.id, one, completed_at=at, evidence_kind=kind)


def told(scene):
    return [(line.source, line.minutes) for line in list_lines(scene.session, scene.me)]


def test_what_was_completed_counts_with_the_minutes_of_the_programme_on_its_day(scene) -> None:
    complete(scene, "m1-read", scene.now - DAY)
    [line] = list_lines(scene.session, scene.me)
    assert (line.day, line.minutes, line.entry_id) == ((scene.now - DAY).date(), 30, None)


def test_a_meeting_counts_by_its_duration_for_who_was_there(scene) -> None:
    session, now = scene.session, scene.now
    meetings = [make_meeting(session, scene.cohort, now - 3 * DAY, number=one) for one in (1, 2)]
    attend(session, meetings[0], scene.person)
    attend(session, meetings[1], scene.person, "excused")
    # The fact about the meeting's activity is the same thing, and counts no second time.
    complete(scene, "m1-meeting", now - 3 * DAY, "attendance")
    minutes = (meetings[0].ends_at - meetings[0].starts_at) // timedelta(minutes=1)
    assert told(scene) == [(Source.MEETING, minutes)]


def test_an_upgrade_and_a_transfer_count_nothing_twice(scene) -> None:
    session, now = scene.session, scene.now
    complete(scene, "m1-read", now - 2 * DAY)
    complete(scene, "m1-reflection", now - DAY, "review")
    before = told(scene)
    old = session.get_one(Edition, scene.cohort.edition_id)
    newer = make_next_edition(session, old)
    session.execute(sa.update(Activity).where(Activity.edition_id == newer.id).values(minutes=600))
    upgrade_edition(
        session, scene.organiser, scene.cohort.id, from_edition_id=old.id, to_edition_id=newer.id, now=now
    )
    assert told(scene) == before
    target = make_cohort(session, now, edition=newer)
    transfer_enrolment(session, scene.organiser, scene.person.id, target.id, now=now)
    assert told(scene) == before == [(Source.ACTIVITY, 30)] * 2


def test_what_a_trainer_judged_counts_until_it_is_taken_back(scene) -> None:
    trainer = actor_of(scene.session, make_trainer(scene.session, scene.cohort))
    given = [
        override_completion(
            scene.session, trainer, scene.person.id, activity(scene, slug).id, "Thuis gedaan", now=scene.now
        )
        for slug in ("m1-reflection", "m1-meeting")
    ]
    assert told(scene) == [(Source.ACTIVITY, 30)] * 2
    for one in given:
        take_back_override(scene.session, trainer, one, now=scene.now)
    assert told(scene) == []


def test_a_judged_meeting_makes_way_for_having_been_there(scene) -> None:
    session, now = scene.session, scene.now
    trainer = actor_of(session, make_trainer(session, scene.cohort))
    one = activity(scene, "m1-meeting")
    meeting = make_meeting(session, scene.cohort, now - DAY)
    meeting.activity_id = one.id
    override_completion(session, trainer, scene.person.id, one.id, "Was er even", now=now)
    attend(session, meeting, scene.person)
    assert [source for source, _ in told(scene)] == [Source.MEETING]


def test_nobody_counts_the_hours_of_a_trainer_or_of_somebody_else(scene) -> None:
    complete(scene, "m1-read", scene.now)
    assert list_lines(scene.session, scene.organiser) == []


def test_pressing_twice_is_one_entry(scene) -> None:
    session, me, key = scene.session, scene.me, uuid4()
    first = use.add_hours(session, me, scene.hours, now=scene.now, key=key)
    again = use.add_hours(session, me, scene.hours, now=scene.now + timedelta(seconds=1), key=key)
    assert first == again == key
    other = use.add_hours(session, me, replace(scene.hours, words="Iets anders"), now=scene.now, key=key)
    assert other != key, "who goes back to the form and writes something else has two"
    stranger = make_participant(session, scene.cohort)
    theirs = use.add_hours(session, actor_of(session, stranger), scene.hours, now=scene.now, key=key)
    assert theirs != key, "a key of somebody else is no reason to lose a line"
    assert sorted(line.words for line in list_lines(session, me)) == sorted(
        [scene.hours.words, "Iets anders"]
    )
    (line,) = list_lines(session, actor_of(session, stranger))
    assert line.entry_id == theirs


def test_own_lines_are_written_changed_and_brought_back(scene) -> None:
    session, me, now = scene.session, scene.me, scene.now
    entry = use.add_hours(session, me, replace(scene.hours, words="  Een \n studiedag "), now=now)
    [line] = list_lines(session, me)
    assert (line.words, line.minutes, line.entry_id) == ("Een studiedag", 90, entry)
    use.change_hours(session, me, entry, replace(scene.hours, words="Anders", quarters=2), now=now)
    assert get_entry(session, me, entry).words == "Anders"
    use.take_back_hours(session, me, entry, now=now)
    assert (get_entry(session, me, entry).words, get_entry(session, me, entry).quarters) == (
        "Een studiedag",
        6,
    )
    use.take_back_hours(session, me, entry, now=now)
    assert get_entry(session, me, entry).words == "Anders"
    use.remove_hours(session, me, entry, now=now)
    assert list_lines(session, me) == []
    use.take_back_hours(session, me, entry, now=now)
    assert [one.words for one in list_lines(session, me)] == ["Anders"]


def test_a_change_that_changes_nothing_leaves_what_can_be_taken_back(scene) -> None:
    entry = use.add_hours(scene.session, scene.me, scene.hours, now=scene.now)
    use.change_hours(scene.session, scene.me, entry, scene.hours, now=scene.now)
    with pytest.raises(NotFound):
        use.take_back_hours(scene.session, scene.me, entry, now=scene.now)


def test_what_was_removed_is_not_changed_and_is_forgotten_after_a_day(scene) -> None:
    session, me, now = scene.session, scene.me, scene.now
    gone, stays = (use.add_hours(session, me, scene.hours, now=now) for _ in range(2))
    use.remove_hours(session, me, gone, now=now)
    use.remove_hours(session, me, gone, now=now + DAY)
    with pytest.raises(NotFound):
        use.change_hours(session, me, gone, scene.hours, now=now)
    assert use.forget_removed_hours(session, now=now + DAY) == 0
    assert use.forget_removed_hours(session, now=now + DAY + timedelta(seconds=1)) == 1
    assert find_entry(session, me, gone) is None
    assert find_entry(session, me, stays) is not None


@pytest.mark.parametrize("who", ["organiser", "trainer", "admin", "other", "nobody"])
def test_nobody_else_reads_or_changes_a_line(scene, who) -> None:
    session, now = scene.session, scene.now
    entry = use.add_hours(session, scene.me, scene.hours, now=now)
    actor = {
        "organiser": scene.organiser,
        "trainer": actor_of(session, make_trainer(session, scene.cohort)),
        "admin": Actor(user_id=make_user(session).id, is_admin=True),
        "other": actor_of(session, make_participant(session, scene.cohort)),
        "nobody": Actor(user_id=None),
    }[who]
    for step in (use.remove_hours, use.take_back_hours):
        with pytest.raises(Forbidden):
            step(session, actor, entry, now=now)
    with pytest.raises(Forbidden):
        use.change_hours(session, actor, entry, scene.hours, now=now)
    assert find_entry(session, actor, entry) is None
    assert list_lines(session, actor) == []


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"done_on": date(2026, 11, 18)}, {"done_on": "in_the_future"}),
        ({"done_on": date(1999, 12, 31)}, {"done_on": "long_ago"}),
        ({"words": "  "}, {"words": "missing"}),
        ({"words": "x" * 301}, {"words": "long"}),
        ({"kind": "fun"}, {"kind": "unknown"}),
        ({"quarters": 0}, {"hours": "quarters"}),
        ({"quarters": 97}, {"hours": "quarters"}),
    ],
)
def test_what_cannot_be_written_down(scene, wrong, problems) -> None:
    with pytest.raises(Invalid) as caught:
        use.add_hours(scene.session, scene.me, replace(scene.hours, **wrong), now=scene.now)
    assert caught.value.problems == problems
    assert scene.session.scalars(sa.select(OwnHours)).all() == []


def test_today_is_the_day_in_amsterdam(scene) -> None:
    late = scene.now.replace(hour=23, minute=30)
    use.add_hours(scene.session, scene.me, replace(scene.hours, done_on=date(2026, 11, 18)), now=late)


def test_there_is_an_end_to_it(scene, monkeypatch) -> None:
    monkeypatch.setattr(use, "MOST_ENTRIES", 1)
    use.add_hours(scene.session, scene.me, scene.hours, now=scene.now)
    with pytest.raises(Conflict, match="too_many_entries"):
        use.add_hours(scene.session, scene.me, scene.hours, now=scene.now)


def test_the_person_takes_it_along_and_it_goes_with_them(scene) -> None:
    session = scene.session
    entry = use.add_hours(session, scene.me, scene.hours, now=scene.now)
    use.change_hours(session, scene.me, entry, replace(scene.hours, words="Anders"), now=scene.now)
    [row] = export(session, scene.person.user_id)["own_hours"]
    assert (row["words"], row["previous"]["words"]) == ("Anders", "Studiedag")
    erase(session, scene.person.user_id)
    assert session.scalars(sa.select(OwnHours)).all() == []
