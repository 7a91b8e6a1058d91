"""People get back what is kept about their place in cohorts, and nothing of others."""

import pytest

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import Attendance
from peergang.cohorts.personal_data import export
from tests.factories.cohorts import (
    list_cohort_activities,
    make_cohort,
    make_meeting,
    make_participant,
    make_peer_group,
)

pytestmark = pytest.mark.database


def test_the_export_holds_ones_own_records_only(session, now):
    cohort = make_cohort(session, now)
    own, other = make_participant(session, cohort), make_participant(session, cohort)
    make_peer_group(session, cohort, own, other, since=now)
    meeting = make_meeting(session, cohort, now)
    activity_id = list_cohort_activities(session, cohort.id)[0].activity_id
    for one in (own, other):
        session.add(Attendance(meeting_id=meeting.id, enrolment_id=one.id, state="present", recorded_at=now))
        record_completion(session, one.id, activity_id, completed_at=now, evidence_kind="reading")
    session.flush()
    found = export(session, own.user_id)
    assert {name: len(rows) for name, rows in found.items()} == {
        "enrolments": 1,
        "requests_for_a_place": 0,
        "peer_groups": 1,
        "attendance": 1,
        "topics_read": 0,
        "completed_activities": 1,
        "completed_by_judgment": 0,
        "evidence_that_waits": 0,
        "calendar_feed": 0,
        "calendar_invitations": 0,
        "extensions": 0,
        "meeting_actions": 0,
        "meetings_signed_off": 0,
    }
    assert found["enrolments"][0]["cohort"] == cohort.name
    assert found["attendance"][0]["state"] == "present"
