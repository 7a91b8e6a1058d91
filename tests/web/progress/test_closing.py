"""Closing a cohort: what is open is shown first, and afterwards its members can read on."""

from datetime import timedelta

import pytest

from peergang.core import clock
from peergang.curriculum.models import Edition
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.coursework import make_submitted
from tests.factories.identity import make_organiser
from tests.factories.progress import compile_now, complete, list_activities


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now)


def page_of(client_as, session, cohort) -> str:
    return client_as(make_organiser(session)).get(f"/cohorten/{cohort.id}/afsluiten").text


def finish(session, cohort, person, now) -> None:
    activities = list_activities(session, session.get_one(Edition, cohort.edition_id))
    complete(session, person, *activities, at=now)


def test_what_is_open_is_said(session, client_as, cohort, now) -> None:
    done, busy = make_participant(session, cohort), make_participant(session, cohort)
    finish(session, cohort, done, now)
    make_submitted(session, busy, now)
    make_participant(session, cohort, state="invited")
    make_meeting(session, cohort, now - timedelta(days=2))
    make_meeting(session, cohort, clock.now() + timedelta(days=2), number=2)
    compile_now(session, now)
    page = page_of(client_as, session, cohort)
    assert "<b>1</b> van de 2 deelnemers" in page
    for line in (
        "1 reflectie wacht op een trainer",
        "Van 1 bijeenkomst is niet opgeschreven",
        "1 bijeenkomst moet nog komen en wordt afgezegd",
        "1 uitnodiging is niet aangenomen",
        "0 van 6",
    ):
        assert line in page
    assert "concept" not in page


def test_nothing_open_is_said_too(session, client_as, cohort, now) -> None:
    finish(session, cohort, make_participant(session, cohort), now)
    compile_now(session, now)
    page = page_of(client_as, session, cohort)
    assert "Er wacht niets meer." in page
    assert "Nog niet alles af" not in page


def test_a_cohort_that_does_not_run_is_not_closed(session, client_as, cohort) -> None:
    cohort.state = "closed"
    session.flush()
    assert client_as(make_organiser(session)).get(f"/cohorten/{cohort.id}/afsluiten").status_code == 409


def test_words_of_a_reflection_are_not_on_the_page(session, client_as, cohort, now) -> None:
    make_submitted(session, make_participant(session, cohort), now, title="Koolmeesgeheim")
    compile_now(session, now)
    assert "oolmeesgeheim" not in page_of(client_as, session, cohort)


@pytest.mark.parametrize("path", ["/modules", "/reflecties", "/deze-week"])
def test_members_read_on_after_closing(session, client_as, cohort, now, path) -> None:
    person = make_participant(session, cohort)
    version = make_submitted(session, person, now)
    client = client_as(make_organiser(session))
    assert client.post(f"/cohorten/{cohort.id}/sluiten").status_code == 303
    reader = client_as(session.get_one(User, person.user_id))
    assert reader.get(path, follow_redirects=True).status_code == 200
    assert reader.get(f"/reflecties/{version.reflection_id}").status_code == 200


def test_a_trainer_reads_on_after_closing(session, client_as, cohort, now) -> None:
    trainer = make_trainer(session, cohort)
    version = make_submitted(session, make_participant(session, cohort), now)
    client_as(make_organiser(session)).post(f"/cohorten/{cohort.id}/sluiten")
    reader = client_as(session.get_one(User, trainer.user_id))
    assert reader.get(f"/cohorten/{cohort.id}").status_code == 200
    assert reader.get(f"/reflecties/{version.reflection_id}").status_code == 200
