"""The queries that other features lean on."""

import pytest
from sqlalchemy import select

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.models import ActivityCompletion
from peergang.cohorts.queries import enrolments, peers
from peergang.core.permissions import Actor
from tests.factories.cohorts import list_cohort_activities, make_cohort, make_participant, make_peer_group
from tests.factories.curriculum import make_edition

pytestmark = pytest.mark.database


@pytest.fixture
def edition(session):
    return make_edition(session, modules=2)


def test_an_invitation_is_no_place_yet(session, now, edition):
    cohort = make_cohort(session, now, edition=edition)
    enrolment = make_participant(session, cohort, state="invited")
    actor = Actor(user_id=enrolment.user_id)
    assert [row.cohort_id for row in enrolments.list_invitations_of(session, actor)] == [cohort.id]


def test_peers_are_the_others_who_are_in_the_group_now(session, now, edition):
    cohort = make_cohort(session, now, edition=edition)
    first, second, third, outsider = (make_participant(session, cohort) for _ in range(4))
    make_peer_group(session, cohort, first, second, third, since=now)
    assert {row.enrolment_id for row in peers.list_peers(session, first.id)} == {second.id, third.id}
    second.state = "withdrawn"
    session.flush()
    assert [row.enrolment_id for row in peers.list_peers(session, first.id)] == [third.id]
    assert peers.list_peers(session, outsider.id) == []


def test_a_fact_is_written_once(session, now, edition):
    cohort = make_cohort(session, now, edition=edition)
    enrolment = make_participant(session, cohort)
    activity_id = list_cohort_activities(session, cohort.id)[0].activity_id
    assert record_completion(session, enrolment.id, activity_id, completed_at=now, evidence_kind="reading")
    assert not record_completion(session, enrolment.id, activity_id, completed_at=now, evidence_kind="again")
    [fact] = session.scalars(select(ActivityCompletion)).all()
    assert (fact.activity_id, fact.evidence_kind) == (activity_id, "reading")
