"""Comparing a newer edition and going over to it, as an organiser sees it."""

import pytest
from sqlalchemy import select

from peergang.cohorts.models import Cohort
from peergang.curriculum.models import Activity, Edition
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.identity import make_organiser


@pytest.fixture
def cohort(session, now) -> Cohort:
    return make_cohort(session, now, edition=make_edition(session, modules=2))


@pytest.fixture
def newer(session, cohort) -> Edition:
    edition = make_next_edition(session, session.get_one(Edition, cohort.edition_id), modules=2)
    reading = session.scalars(
        select(Activity).where(Activity.edition_id == edition.id, Activity.slug == "m1-read")
    ).one()
    reading.body_html = "<p>Lees dit <b>rustig</b> &amp; goed.</p>"
    gone = session.scalars(
        select(Activity).where(Activity.edition_id == edition.id, Activity.slug == "m2-conversation")
    ).one()
    session.delete(gone)
    session.flush()
    return edition


def url(cohort: Cohort) -> str:
    return f"/cohorten/{cohort.id}/editie"


def test_the_differences_are_told_before_anything_changes(session, client_as, cohort, newer) -> None:
    page = client_as(make_organiser(session)).get(url(cohort)).text
    assert "Editie 2 naast editie 1" in page
    assert "Er zijn 2 verschillen" in page
    assert "rustig" in page
    assert "1 opdracht vervalt" in page
    assert session.get_one(Cohort, cohort.id).edition_id != newer.id


def test_the_page_of_the_cohort_says_that_there_is_a_newer_one(session, client_as, cohort, now) -> None:
    client = client_as(make_organiser(session))
    page = f"/cohorten/{cohort.id}"
    assert "nieuwere editie" not in client.get(page).text
    make_next_edition(session, session.get_one(Edition, cohort.edition_id))
    assert url(cohort) in client.get(page).text


def test_going_over(session, client_as, cohort, newer) -> None:
    client = client_as(make_organiser(session))
    form = {"from_edition": cohort.edition_id, "to_edition": newer.id}
    assert client.post(url(cohort), data=form).status_code == 303
    session.expire_all()
    assert cohort.edition_id == newer.id
    page = client.get(url(cohort)).text
    assert "nieuwste editie" in page
    assert "Van editie 1 naar 2" in page
    assert client.post(url(cohort), data=form).status_code == 409


def test_odd_ids_are_not_there(session, client_as, cohort, newer) -> None:
    client = client_as(make_organiser(session))
    assert client.post(url(cohort), data={"from_edition": "x", "to_edition": newer.id}).status_code == 404


def test_others_do_not_see_it(session, client_as, cohort, newer) -> None:
    for person in (make_participant(session, cohort), make_trainer(session, cohort)):
        assert client_as(session.get_one(User, person.user_id)).get(url(cohort)).status_code == 404


def test_a_closed_cohort_keeps_its_edition(session, client_as, cohort, newer) -> None:
    cohort.state = "closed"
    session.flush()
    assert "houdt zijn editie" in client_as(make_organiser(session)).get(url(cohort)).text


def test_the_number_of_statements_is_the_same_for_a_large_edition(
    session, client_as, count_queries, now
) -> None:
    found = []
    for modules in (1, 4):
        cohort = make_cohort(session, now, edition=make_edition(session, modules=modules))
        make_next_edition(session, session.get_one(Edition, cohort.edition_id), modules=modules)
        client = client_as(make_organiser(session))
        count_queries().clear()
        client.get(url(cohort))
        found.append(len(count_queries()))
    assert found[0] == found[1]
