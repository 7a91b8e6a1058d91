"""What an organiser reads who tries to give themselves a place."""

import pytest

from tests.factories.cohorts import make_cohort, make_participant, make_peer_group, make_trainer
from tests.factories.identity import make_institution, make_organiser

pytestmark = pytest.mark.database
ASK = "Vraag een collega-organisator"


@pytest.fixture
def user(session):
    return make_organiser(session)


def test_the_forms_say_whom_to_ask(session, client_as, user, now):
    cohort, school = make_cohort(session, now), make_institution(session)
    make_trainer(session, cohort)
    client = client_as(user)
    answer = client.post(f"/cohorten/{cohort.id}/trainers", data={"email": user.email})
    assert answer.status_code == 422
    assert ASK in answer.text
    person = {"name": "Lotte V", "email": user.email, "institution": str(school.id)}
    answer = client.post(f"/cohorten/{cohort.id}/deelnemers", data=person)
    assert answer.status_code == 422
    assert ASK in answer.text


def test_the_buttons_say_it_on_the_page_they_stand_on(session, client_as, user, now):
    cohort = make_cohort(session, now)
    own = make_participant(session, cohort, user=user)
    make_peer_group(session, cohort, own, since=now)
    target = make_peer_group(session, cohort, make_participant(session, cohort), since=now)
    client = client_as(user)
    answer = client.post(
        f"/cohorten/{own.cohort_id}/groepen/verplaats",
        data={"enrolment": str(own.id), "group": str(target.id)},
        follow_redirects=True,
    )
    assert (answer.status_code, ASK in answer.text) == (200, True)
    own.state = "withdrawn"
    session.commit()
    answer = client.post(f"/inschrijvingen/{own.id}/opnieuw-uitnodigen", follow_redirects=True)
    assert (answer.status_code, ASK in answer.text) == (200, True)
