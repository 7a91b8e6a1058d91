"""Who cannot sign in gets no place and trains nothing."""

from datetime import timedelta

import pytest

from peergang.cohorts.actions.leaving import give_up_places, invite_again
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.cohorts.models import Enrolment
from peergang.core.errors import Conflict
from peergang.core.permissions import Actor
from peergang.identity.actions.account import deactivate_user, when_deactivated
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.identity import make_organiser

pytestmark = pytest.mark.database


@pytest.fixture
def organiser(session):
    when_deactivated(give_up_places)
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


def test_a_closed_account_is_not_invited_again(session, organiser, now):
    one = make_participant(session, make_cohort(session, now))
    deactivate_user(session, organiser, one.user_id, now=now)
    with pytest.raises(Conflict) as refused:
        invite_again(session, organiser, one.id, now=now)
    assert (refused.value.reason, refused.value.details["cohort_id"]) == ("account_closed", one.cohort_id)


def test_a_closed_account_is_not_transferred(session, organiser, now):
    here = make_cohort(session, now)
    there = make_cohort(session, now)
    there.edition_id = here.edition_id
    one = make_participant(session, here)
    session.get_one(User, one.user_id).deactivated_at = now
    session.flush()
    with pytest.raises(Conflict) as refused:
        transfer_enrolment(session, organiser, one.id, there.id, now=now)
    assert refused.value.reason == "account_closed"


@pytest.mark.parametrize("state", ["active", "invited"])
def test_a_closed_account_trains_no_more_also_when_it_was_the_last(session, organiser, now, state):
    cohort, over = make_cohort(session, now), make_cohort(session, now, state="closed")
    trainer = make_trainer(session, cohort)
    trainer.state = state
    was = Enrolment(cohort_id=over.id, user_id=trainer.user_id, role="trainer", state="active")
    session.add(was)
    session.flush()
    deactivate_user(session, organiser, trainer.user_id, now=now)
    session.expire_all()
    assert (trainer.state, trainer.withdrawn_at) == ("withdrawn", now)
    assert was.state == "active", "what is over stays"


def test_organisers_see_that_nobody_trains_a_cohort(session, organiser, now, client_as):
    cohort = make_cohort(session, now)
    trainer = make_trainer(session, cohort)
    client = client_as(session.get_one(User, organiser.user_id))
    assert "heeft geen trainer" not in client.get(f"/cohorten/{cohort.id}").text
    deactivate_user(session, organiser, trainer.user_id, now=now + timedelta(minutes=1))
    session.flush()
    assert "heeft geen trainer" in client.get(f"/cohorten/{cohort.id}").text
