"""The peer groups of a cohort that is over: to read for its trainers and organisers; who took part finds their own."""

from datetime import timedelta

import pytest

from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group, make_trainer
from tests.factories.identity import make_organiser, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now, state="closed")


@pytest.fixture
def people(session, cohort, now):
    """Three in one group, of whom one did not finish; two in another."""
    states = ("completed", "completed", "active", "completed", "completed")
    found = [
        make_participant(session, cohort, user=make_user(session, f"Mens{number}", "Proef"), state=state)
        for number, state in enumerate(states)
    ]
    make_peer_group(session, cohort, *found[:3], since=now - timedelta(days=9))
    make_peer_group(session, cohort, *found[3:], since=now - timedelta(days=9))
    return found


def user_of(session, enrolment):
    return session.get_one(User, enrolment.user_id)


def test_trainers_and_organisers_read_the_groups_and_find_nothing_to_change(
    session, client_as, cohort, people
):
    trainer = user_of(session, make_trainer(session, cohort))
    for user in (trainer, make_organiser(session)):
        client = client_as(user)
        page = client.get(f"/cohorten/{cohort.id}/groepen")
        assert page.status_code == 200
        assert all(f"Mens{number} Proef" in page.text for number in range(5))
        assert f"/cohorten/{cohort.id}/groepen/" not in page.text
        assert "Geef een andere naam" not in page.text
        assert f"/cohorten/{cohort.id}/groepen" in client.get(f"/cohorten/{cohort.id}").text


def test_who_took_part_finds_their_own_group_and_no_other(session, client_as, cohort, people):
    client = client_as(user_of(session, people[0]))
    assert f"/cohorten/{cohort.id}/groepen" in client.get("/mijn-cohorten").text
    page = client.get(f"/cohorten/{cohort.id}/groepen").text
    assert [f"Mens{number}" in page for number in range(5)] == [True, True, True, False, False]


def test_without_a_group_that_is_said(session, client_as, cohort):
    alone = make_participant(session, cohort, state="completed")
    assert "geen peergroep" in client_as(user_of(session, alone)).get(f"/cohorten/{cohort.id}/groepen").text
    assert "geen peergroepen" in client_as(make_organiser(session)).get(f"/cohorten/{cohort.id}/groepen").text


def test_others_find_nothing(session, client_as, cohort, people, now):
    gone = make_participant(session, cohort, state="withdrawn")
    elsewhere = make_participant(session, make_cohort(session, now))
    for one in (gone, elsewhere):
        assert client_as(user_of(session, one)).get(f"/cohorten/{cohort.id}/groepen").status_code == 404


def test_a_participant_of_a_cohort_that_goes_on_does_not_arrange_it(session, client_as, now):
    one = make_participant(session, make_cohort(session, now))
    assert client_as(user_of(session, one)).get(f"/cohorten/{one.cohort_id}/groepen").status_code == 404
