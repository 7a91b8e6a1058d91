"""Organisers and admins reach no reflection by their own act: a place of theirs is given by a colleague (invariant 3)."""

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.groups import move_to_group
from peergang.cohorts.actions.leaving import invite_again
from peergang.cohorts.actions.roster import add_from_roster, add_participant
from peergang.cohorts.actions.roster_files import read_roster_file
from peergang.cohorts.actions.seats import Newcomer, enrol_participants
from peergang.cohorts.actions.trainers import assign_trainer
from peergang.cohorts.models import Enrolment, PeerGroupMembership
from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor
from peergang.identity.models import AuditEvent
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.identity import make_affiliation, make_institution, make_organiser, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def user(session):
    return make_organiser(session)


@pytest.fixture(params=["organiser", "admin"])
def actor(request, user):
    return Actor(
        user_id=user.id, is_organiser=request.param == "organiser", is_admin=request.param == "admin"
    )


@pytest.fixture
def colleague(session):
    return Actor(user_id=make_organiser(session, "Wim", "Zandpad").id, is_organiser=True)


@pytest.fixture
def school(session):
    return make_institution(session, "ROC Zilverkade")


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now)


def places(session, user):
    return session.scalars(sa.select(Enrolment.role).where(Enrolment.user_id == user.id)).all()


def test_nobody_makes_themselves_a_trainer(session, actor, colleague, user, cohort, now):
    for address in (user.email, f"  {user.email.upper()} "):
        with pytest.raises(Invalid) as refused:
            assign_trainer(session, actor, cohort.id, email=address, now=now)
        assert refused.value.problems == {"email": "own_place"}
    assert places(session, user) == []
    # Somebody with both roles stays possible: a colleague grants the second.
    assign_trainer(session, colleague, cohort.id, email=user.email, now=now)
    assert places(session, user) == ["trainer"]


def test_every_trainer_is_written_down(session, colleague, cohort, now):
    known = make_user(session)
    assign_trainer(session, colleague, cohort.id, email=known.email, now=now)
    new = assign_trainer(session, colleague, cohort.id, email="n@b.example", given_name="Noor", now=now)
    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.verb == "trainer_assigned")).all()
    assert {(one.actor_id, one.subject_id, one.details["user"]) for one in events} == {
        (colleague.user_id, cohort.id, str(known.id)),
        (colleague.user_id, cohort.id, str(new.user_id)),
    }


def test_nobody_enrols_themselves_by_hand(session, actor, colleague, user, school, cohort, now):
    person = {"name": "Lotte Vlierstruik", "email": user.email, "institution_id": school.id}
    with pytest.raises(Invalid) as refused:
        add_participant(session, actor, cohort.id, **person, now=now)
    assert refused.value.problems == {"email": "own_place"}
    assert places(session, user) == []
    add_participant(session, colleague, cohort.id, **person, now=now)
    assert add_participant(session, actor, cohort.id, **person, now=now).unchanged == 1


def test_a_tick_does_not_carry_somebodys_own_row_along(session, actor, user, school, cohort, now):
    content = f"Naam;E-mail;Instelling\nLotte V;{user.email};ROC Zilverkade\n".encode()
    found = read_roster_file(session, actor, cohort.id, file_name="l.csv", content=content, now=now)
    added = add_from_roster(session, actor, cohort.id, found.id, {2: True}, now=now)
    assert (added.enrolled.invited, added.left) == ([], 1)
    assert places(session, user) == []


def test_no_use_case_underneath_enrols_its_own_actor(session, actor, user, school, cohort, now):
    newcomer = Newcomer(user.id, make_affiliation(session, user, school).id)
    with pytest.raises(Conflict) as refused:
        enrol_participants(session, actor, cohort.id, [newcomer], now=now)
    assert refused.value.reason == "own_place"
    gone = make_participant(session, cohort, user=make_user(session), state="withdrawn")
    own = Actor(user_id=gone.user_id, is_organiser=True)
    with pytest.raises(Conflict) as refused:
        invite_again(session, own, gone.id, now=now)
    assert (refused.value.reason, gone.state) == ("own_place", "withdrawn")


def test_nobody_chooses_their_own_peer_group(session, actor, colleague, user, cohort, now):
    own = make_participant(session, cohort, user=user)
    make_peer_group(session, cohort, own, since=now)
    target = make_peer_group(session, cohort, make_participant(session, cohort), since=now)
    with pytest.raises(Conflict) as refused:
        move_to_group(session, actor, own.id, target.id, now=now)
    assert refused.value.reason == "own_place"
    move_to_group(session, colleague, own.id, target.id, now=now)
    where = sa.select(PeerGroupMembership.peer_group_id).where(
        PeerGroupMembership.enrolment_id == own.id, PeerGroupMembership.left_at.is_(None)
    )
    assert session.scalars(where).all() == [target.id]
