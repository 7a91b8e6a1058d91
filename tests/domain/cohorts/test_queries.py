"""The queries that other features lean on."""

from datetime import timedelta

import pytest

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.queries import completions, enrolments, peers, schedule
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_peer_group
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def edition(session):
    return make_edition(session, modules=2)


def test_the_running_cohort_comes_before_the_open_and_the_closed_one(session, now, edition):
    user = make_user(session)
    actor = Actor(user_id=user.id)
    assert enrolments.find_current_enrolment(session, actor, now) is None
    for state in ("closed", "open", "running", "cancelled"):
        cohort = make_cohort(session, now, edition=edition, state=state)
        make_participant(
            session, cohort, user=user, institution=make_institution(session)
        ) if state == "closed" else (_again(session, cohort, user))
    found = enrolments.find_current_enrolment(session, actor, now)
    assert found.cohort_state == "running"
    assert found.sign == "peergang"
    assert len(enrolments.list_enrolments_of(session, actor)) == 3


def _again(session, cohort, user):
    from peergang.cohorts.models import Enrolment
    from peergang.identity.models import Affiliation

    affiliation = session.query(Affiliation).filter_by(user_id=user.id).one()
    session.add(
        Enrolment(
            cohort_id=cohort.id,
            user_id=user.id,
            affiliation_id=affiliation.id,
            role="participant",
            state="active",
        )
    )
    session.flush()


def test_an_invitation_is_no_place_yet(session, now, edition):
    cohort = make_cohort(session, now, edition=edition)
    enrolment = make_participant(session, cohort, state="invited")
    actor = Actor(user_id=enrolment.user_id)
    assert enrolments.find_current_enrolment(session, actor, now) is None
    assert [row.cohort_id for row in enrolments.list_invitations_of(session, actor)] == [cohort.id]
    with pytest.raises(NotFound):
        enrolments.get_enrolment_of(session, actor, cohort.id)


def test_peers_are_the_others_who_are_in_the_group_now(session, now, edition):
    cohort = make_cohort(session, now, edition=edition)
    first, second, third, outsider = (make_participant(session, cohort) for _ in range(4))
    group = make_peer_group(session, cohort, first, second, third, since=now)
    assert {row.enrolment_id for row in peers.list_peers(session, first.id)} == {second.id, third.id}
    assert peers.find_peer_group(session, first.id).peer_group_id == group.id
    assert peers.is_in_same_group(session, first.id, second.id)
    assert not peers.is_in_same_group(session, first.id, outsider.id)
    second.state = "withdrawn"
    session.flush()
    assert [row.enrolment_id for row in peers.list_peers(session, first.id)] == [third.id]
    assert peers.list_peers(session, outsider.id) == []


def test_the_schedule_is_in_order_and_the_next_meeting_is_not_cancelled(session, now, edition):
    cohort = make_cohort(session, now, edition=edition)
    assert [row.position for row in schedule.list_cohort_modules(session, cohort.id)] == [1, 2]
    activities = schedule.list_cohort_activities(session, cohort.id)
    assert len(activities) == 12
    module_id = activities[0].module_id
    assert len(schedule.list_cohort_activities(session, cohort.id, module_id)) == 6
    make_meeting(session, cohort, now - timedelta(days=7), number=1)
    make_meeting(session, cohort, now + timedelta(days=1), number=2, state="cancelled")
    later = make_meeting(session, cohort, now + timedelta(days=7), number=3)
    assert schedule.find_next_meeting(session, cohort.id, now).meeting_id == later.id
    assert schedule.find_next_meeting(session, cohort.id, now + timedelta(days=30)) is None


def test_a_meeting_that_goes_on_is_still_the_next(session, now, edition):
    cohort = make_cohort(session, now, edition=edition)
    meeting = make_meeting(session, cohort, now - timedelta(hours=1))
    assert schedule.find_next_meeting(session, cohort.id, now).meeting_id == meeting.id


def test_completions_of_one_enrolment(session, now, edition):
    cohort = make_cohort(session, now, edition=edition)
    enrolment = make_participant(session, cohort)
    activity_id = schedule.list_cohort_activities(session, cohort.id)[0].activity_id
    assert record_completion(session, enrolment.id, activity_id, completed_at=now, evidence_kind="reading")
    assert not record_completion(session, enrolment.id, activity_id, completed_at=now, evidence_kind="again")
    [row] = completions.list_completed(session, enrolment.id)
    assert (row.activity_id, row.evidence_kind) == (activity_id, "reading")
    assert completions.list_topics_read(session, enrolment.id) == {}
