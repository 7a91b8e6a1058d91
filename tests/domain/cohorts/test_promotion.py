"""Every seat that comes free goes to the first who waits, in the transaction that freed it (invariant 10)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.cohorts import CohortDetails, change_cohort
from peergang.cohorts.actions.leaving import give_up_places
from peergang.cohorts.models import Enrolment, PeerGroupMembership
from peergang.core.permissions import Actor
from peergang.identity.actions.account import deactivate_user, when_deactivated
from peergang.identity.models import AuditEvent
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.identity import make_organiser, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def organiser(session):
    when_deactivated(give_up_places)
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


def waiting_for(session, cohort, number, now):
    return [
        make_participant(session, cohort, state="waitlisted", at=now + timedelta(minutes=place))
        for place in range(number)
    ]


def states(session, people):
    session.expire_all()
    return [one.state for one in people]


@pytest.mark.parametrize("more", [0, 1, 2, 5])
def test_a_larger_capacity_seats_the_first_who_wait(session, organiser, now, more):
    cohort = make_cohort(session, now, capacity=1)
    make_participant(session, cohort)
    waiting = waiting_for(session, cohort, 3, now)
    details = CohortDetails(cohort.edition_id, cohort.name, cohort.starts_on, cohort.ends_on, 1 + more)
    change_cohort(session, organiser, cohort.id, details, now=now)
    seated = min(more, 3)
    assert states(session, waiting) == ["invited"] * seated + ["waitlisted"] * (3 - seated)
    assert [one.invited_at == now for one in waiting[:seated]] == [True] * seated


def test_a_closed_account_gives_its_seats_to_who_waits_and_its_group_is_mended(session, organiser, now):
    cohort, other = make_cohort(session, now, capacity=4), make_cohort(session, now, capacity=1)
    people = [make_participant(session, cohort) for _ in range(4)]
    group = make_peer_group(session, cohort, *people[:3], since=now - timedelta(days=5))
    user_id = people[0].user_id
    there = Enrolment(
        cohort_id=other.id,
        user_id=user_id,
        affiliation_id=people[0].affiliation_id,
        role="participant",
        state="invited",
    )
    session.add(there)
    session.flush()
    first, *rest = waiting_for(session, cohort, 2, now)
    [elsewhere] = waiting_for(session, other, 1, now)
    deactivate_user(session, organiser, user_id, now=now)
    assert states(session, [people[0], there, first, elsewhere, *rest]) == [
        "withdrawn",
        "withdrawn",
        "invited",
        "invited",
        "waitlisted",
    ]
    now_in = session.scalars(
        sa.select(PeerGroupMembership.enrolment_id).where(
            PeerGroupMembership.peer_group_id == group.id, PeerGroupMembership.left_at.is_(None)
        )
    )
    assert {people[1].id, people[2].id} < set(now_in)
    withdrawn = session.query(AuditEvent).filter_by(verb="enrolment_withdrawn").all()
    assert {one.subject_id for one in withdrawn} == {people[0].id, there.id}


@pytest.mark.parametrize(("cohort_state", "state"), [("closed", "active"), ("running", "completed")])
def test_what_is_over_stays_when_an_account_is_closed(session, organiser, now, cohort_state, state):
    one = make_participant(session, make_cohort(session, now, state=cohort_state), state=state)
    deactivate_user(session, organiser, one.user_id, now=now)
    assert states(session, [one]) == [state]


def test_who_takes_part_nowhere_is_closed_without_more(session, organiser, now):
    deactivate_user(session, organiser, make_user(session).id, now=now)
    assert session.query(AuditEvent).filter_by(verb="enrolment_withdrawn").count() == 0
