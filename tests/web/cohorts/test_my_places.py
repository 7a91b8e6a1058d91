"""One's own cohorts: what somebody is in, and the way out."""

import pytest

from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.identity import make_user

pytestmark = pytest.mark.database


def test_who_takes_part_finds_the_way_to_stop_and_keeps_what_is_over(session, client_as, now):
    running, closed = make_cohort(session, now), make_cohort(session, now, state="closed")
    user = make_user(session)
    mine = make_participant(session, running, user=user)
    done = make_participant(session, closed, state="completed")
    done.user_id = user.id
    other = make_participant(session, running)
    session.commit()
    page = client_as(user).get("/mijn-cohorten").text
    assert running.name in page
    assert closed.name in page
    assert f"/inschrijvingen/{mine.id}/stoppen" in page
    assert f"/inschrijvingen/{done.id}/stoppen" not in page
    assert str(other.id) not in page


def test_a_trainer_goes_to_the_cohort_and_stops_elsewhere(session, client_as, now):
    cohort, planned = make_cohort(session, now), make_cohort(session, now, state="planned")
    user = make_user(session)
    make_trainer(session, cohort, user=user)
    make_trainer(session, planned, user=user)
    session.commit()
    page = client_as(user).get("/mijn-cohorten").text
    assert f'href="/cohorten/{cohort.id}"' in page
    assert "/stoppen" not in page
    assert planned.name not in page


def test_who_is_in_no_cohort_reads_when_something_will_be_here(session, client_as):
    assert "Nog geen cohort" in client_as(make_user(session)).get("/mijn-cohorten").text
