"""Groups decide who reads whose work, so whoever divides, moves or undoes them stands in the log; so does who invites."""

from datetime import timedelta

import pytest

from peergang.cohorts.actions.group_changes import undo_group_change
from peergang.cohorts.actions.groups import make_peer_groups, move_to_group, place_newcomers
from peergang.cohorts.actions.leaving import invite_again, withdraw_enrolment
from peergang.cohorts.actions.roster import add_participant
from peergang.cohorts.queries.group_changes import find_last_change
from peergang.core.permissions import Actor
from peergang.identity.models import AuditEvent
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_institution, make_organiser

pytestmark = pytest.mark.database


@pytest.fixture
def organiser(session):
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


def written(session, organiser):
    session.flush()
    found = session.query(AuditEvent).filter_by(actor_id=organiser.user_id).order_by(AuditEvent.at).all()
    return [(one.verb, one.subject_id) for one in found]


def test_every_step_with_groups_has_a_name_under_it(session, organiser, now):
    cohort = make_cohort(session, now)
    people = [make_participant(session, cohort) for _ in range(6)]
    make_peer_groups(session, organiser, cohort.id, size=3, now=now)
    make_peer_groups(session, organiser, cohort.id, size=3, now=now + timedelta(minutes=1))
    move_to_group(session, organiser, people[0].id, None, now=now + timedelta(minutes=2))
    change = find_last_change(session, cohort.id)
    undo_group_change(session, organiser, cohort.id, change.change_id, now=now + timedelta(minutes=3))
    make_participant(session, cohort)
    place_newcomers(session, organiser, cohort.id, now=now + timedelta(minutes=4))
    assert written(session, organiser) == [
        ("peer_groups_divided", cohort.id),
        ("peer_group_moved", people[0].id),
        ("peer_groups_undone", cohort.id),
        ("newcomers_placed", cohort.id),
    ], "dividing again changed nothing, so it is not written down"


def test_adding_by_hand_and_inviting_again_are_written_down(session, organiser, now):
    cohort, school = make_cohort(session, now, state="open"), make_institution(session)
    values = {"name": "Noor de Wit", "email": "noor@school.example", "institution_id": school.id}
    [added] = add_participant(session, organiser, cohort.id, **values, now=now).invited
    add_participant(session, organiser, cohort.id, **values, now=now)
    invite_again(session, organiser, added, now=now + timedelta(minutes=1))
    withdraw_enrolment(session, organiser, added, now=now + timedelta(minutes=2))
    invite_again(session, organiser, added, now=now + timedelta(minutes=3))
    assert written(session, organiser) == [
        ("participant_added", added),
        ("invited_again", added),
        ("enrolment_withdrawn", added),
        ("invited_again", added),
    ]
