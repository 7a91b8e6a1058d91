"""A meeting that was held stays where it was, and the last trainer stays as long as the cohort goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.meeting_details import MeetingDetails
from peergang.cohorts.actions.meeting_sign_off import sign_off
from peergang.cohorts.actions.meetings import change_meeting, undo_meeting
from peergang.cohorts.queries.attendance import list_attendance
from peergang.core.errors import Conflict, Invalid
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.coursework import actor_of
from tests.factories.identity import make_organiser
from tests.factories.progress import attend


@pytest.fixture
def organiser(session):
    return actor_of(session, make_organiser(session))


@pytest.fixture
def meeting(session, now):
    cohort = make_cohort(session, now)
    meeting = make_meeting(session, cohort, now - timedelta(days=2))
    attend(session, meeting, make_participant(session, cohort))
    return meeting


def details(meeting) -> MeetingDetails:
    return MeetingDetails(meeting.title, meeting.module_id, meeting.starts_at, meeting.ends_at)


def test_a_meeting_somebody_was_at_is_not_moved(session, now, organiser, meeting) -> None:
    later = timedelta(days=21)
    moved = replace(details(meeting), starts_at=meeting.starts_at + later, ends_at=meeting.ends_at + later)
    with pytest.raises(Invalid) as refused:
        change_meeting(session, organiser, meeting.id, moved, now=now)
    assert refused.value.problems == {"day": "held"}


def test_its_title_and_place_may_still_change(session, now, organiser, meeting) -> None:
    change_meeting(
        session, organiser, meeting.id, replace(details(meeting), title="Terugblik", place="Zaal 3"), now=now
    )
    assert (meeting.title, meeting.place) == ("Terugblik", "Zaal 3")


@pytest.mark.parametrize("state", ["open", "running"])
def test_the_last_trainer_stays(session, now, organiser, state) -> None:
    cohort = make_cohort(session, now, state=state)
    one, two = make_trainer(session, cohort), make_trainer(session, cohort)
    withdraw_enrolment(session, organiser, one.id, now=now)
    for actor in (organiser, actor_of(session, two)):
        with pytest.raises(Conflict, match="last_trainer"):
            withdraw_enrolment(session, actor, two.id, now=now)


def test_a_sign_off_is_about_the_day_it_was_for_and_comes_back_with_it(session, now, organiser) -> None:
    cohort = make_cohort(session, now)
    person = make_participant(session, cohort)
    meeting = make_meeting(session, cohort, now + timedelta(days=5))
    sign_off(session, actor_of(session, person), meeting.id, "Dan ben ik op vakantie", now=now)
    assert [one.reason for one in list_attendance(session, cohort.id, meeting.id)] == [
        "Dan ben ik op vakantie"
    ]
    hour, week = timedelta(hours=1), timedelta(days=7)
    later = replace(details(meeting), starts_at=meeting.starts_at + hour, ends_at=meeting.ends_at + hour)
    change_meeting(session, organiser, meeting.id, later, now=now)
    assert [one.reason for one in list_attendance(session, cohort.id, meeting.id)] == [
        "Dan ben ik op vakantie"
    ]
    moved = replace(details(meeting), starts_at=meeting.starts_at + week, ends_at=meeting.ends_at + week)
    change_meeting(session, organiser, meeting.id, moved, now=now)
    assert [one.reason for one in list_attendance(session, cohort.id, meeting.id)] == [None]
    undo_meeting(session, organiser, meeting.id, revision=meeting.revision, now=now)
    assert [one.reason for one in list_attendance(session, cohort.id, meeting.id)] == [
        "Dan ben ik op vakantie"
    ]
