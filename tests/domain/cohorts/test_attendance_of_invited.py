"""Who was invited and did not answer yet stands on the list of a meeting, and counts once they take their place."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.attendance import record_attendance
from peergang.cohorts.actions.invitations import accept_invitation, activate_invited
from peergang.cohorts.models import ActivityCompletion, Attendance
from peergang.cohorts.queries.attendance import list_attendance
from peergang.cohorts.queries.meeting_page import list_expected
from peergang.core.errors import Invalid
from peergang.core.permissions import Actor
from tests.factories.cohorts import list_cohort_activities, make_cohort, make_meeting, make_participant
from tests.factories.identity import make_user

pytestmark = pytest.mark.database


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now)


@pytest.fixture
def meeting(session, cohort, now):
    rows = list_cohort_activities(session, cohort.id)
    activity = next(row for row in rows if row.kind == "meeting")
    linked = {"module_id": activity.module_id, "activity_id": activity.activity_id}
    return make_meeting(session, cohort, now - timedelta(hours=4), **linked)


@pytest.fixture
def trainer(session, cohort):
    return Actor(user_id=make_user(session).id, trains=frozenset({cohort.id}))


def facts(session):
    rows = session.scalars(sa.select(ActivityCompletion)).all()
    return [(one.enrolment_id, one.completed_at, one.evidence_kind, one.evidence_id) for one in rows]


def test_they_stand_after_who_takes_part(session, cohort, meeting, trainer, now):
    invited = make_participant(session, cohort, state="invited")
    active = make_participant(session, cohort)
    for state in ("waitlisted", "withdrawn"):
        make_participant(session, cohort, state=state)
    rows = list_attendance(session, cohort.id, meeting.id)
    assert [(row.enrolment_id, row.invited) for row in rows] == [(active.id, False), (invited.id, True)]


@pytest.mark.parametrize("by_link", [False, True])
def test_presence_is_kept_and_counts_from_the_moment_they_accept(
    session, cohort, meeting, trainer, now, by_link
):
    person, away = (make_participant(session, cohort, state="invited") for _ in range(2))
    states = {person.id: "present", away.id: "absent"}
    assert record_attendance(session, trainer, meeting.id, states, now=now) == 1
    assert session.query(Attendance).count() == 2
    assert facts(session) == []
    for one in (person, away):
        if by_link:
            activate_invited(session, one.user_id, now + timedelta(days=1))
        else:
            own = Actor(user_id=one.user_id)
            accept_invitation(session, own, one.id, now=now + timedelta(days=1))
    assert facts(session) == [(person.id, meeting.ends_at, "attendance", meeting.id)]
    assert session.get(Attendance, (meeting.id, person.id)).state == "present"


def test_what_was_corrected_before_they_accept_is_no_fact(session, cohort, meeting, trainer, now):
    person = make_participant(session, cohort, state="invited")
    for state in ("present", "absent"):
        record_attendance(session, trainer, meeting.id, {person.id: state}, now=now)
    accept_invitation(session, Actor(user_id=person.user_id), person.id, now=now)
    assert facts(session) == []


def test_the_page_of_the_meeting_names_them_only_once_they_take_part(session, cohort, meeting, trainer, now):
    person = make_participant(session, cohort, state="invited")
    record_attendance(session, trainer, meeting.id, {person.id: "present"}, now=now)
    assert not list_expected(session, cohort.id, meeting.id)
    accept_invitation(session, Actor(user_id=person.user_id), person.id, now=now)
    assert [row.attendance for row in list_expected(session, cohort.id, meeting.id)] == ["present"]


@pytest.mark.parametrize("state", ["waitlisted", "withdrawn"])
def test_who_waits_or_declined_is_not_on_the_list(session, cohort, meeting, trainer, now, state):
    person = make_participant(session, cohort, state=state)
    with pytest.raises(Invalid):
        record_attendance(session, trainer, meeting.id, {person.id: "present"}, now=now)
