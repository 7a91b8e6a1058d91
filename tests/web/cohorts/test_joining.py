"""The page behind the link, and what an organiser does with who asked."""

import io
import re

import pytest
from sqlalchemy import select

from peergang.cohorts.models import Enrolment, JoinRequest, RosterImport
from peergang.cohorts.rules.joining import sign_link
from peergang.core.config import KNOWN_SECRET
from peergang.identity.models import User
from peergang.web.throttle import limiter
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_institution, make_organiser, make_user
from tests.unit.cohorts.test_ugly_rosters import FILES

pytestmark = pytest.mark.database
ASKED = {
    "given_name": "Noor",
    "family_name": "Dijk",
    "email": "noor@b.example",
    "institution": "ROC Zilverkade",
}


@pytest.fixture(autouse=True)
def _quiet():
    limiter.reset()


@pytest.fixture
def school(session):
    return make_institution(session, "ROC Zilverkade")


@pytest.fixture
def cohort(session, now, school):
    cohort = make_cohort(session, now, capacity=1)
    cohort.join_open = True
    session.flush()
    return cohort


@pytest.fixture
def organiser(session, client_as, cohort):
    return client_as(make_organiser(session))


def link(cohort, number=0):
    return f"/aanmelden/{cohort.id}/{sign_link(KNOWN_SECRET, cohort.id, number)}"


def test_from_the_link_to_a_place(session, organiser, app, cohort):
    page = organiser.get(f"/cohorten/{cohort.id}/aanmeldingen").text
    assert f"http://peergang.test{link(cohort)}" in page
    visitor = app.test_client()
    assert "ROC Zilverkade" in visitor.get(link(cohort)).text
    answer = visitor.post(link(cohort), data=ASKED)
    assert answer.status_code == 303
    assert "Je aanmelding is binnen" in visitor.get(answer.location).text
    assert "1 aanmelding" in organiser.get(f"/cohorten/{cohort.id}").text
    url = f"/cohorten/{cohort.id}/aanmeldingen/toelaten"
    page = organiser.post(url, data={"all": "1"}, follow_redirects=True).text
    assert "1 deelnemer toegelaten." in page
    assert "wachtlijst" in visitor.get(link(cohort)).text


def test_a_known_and_an_unknown_address_get_the_same_answer(session, app, cohort):
    known = make_user(session)
    session.commit()
    answers = [
        app.test_client().post(link(cohort), data=ASKED | {"email": email})
        for email in (known.email, known.email, "nieuw@b.example")
    ]
    assert {(one.status_code, one.location, one.text) for one in answers} == {
        (303, f"{link(cohort)}/gelukt", answers[0].text)
    }


def test_what_was_typed_stays_and_many_tries_are_slowed_down(session, app, cohort):
    client = app.test_client()
    answer = client.post(link(cohort), data=ASKED | {"email": "geen adres"})
    assert answer.status_code == 422
    assert 'value="Noor"' in answer.text
    assert re.search(r"<title>\s*Fout:", answer.text)
    tries = [client.post(link(cohort), data={}).status_code for _ in range(25)]
    assert tries[-1] == 429
    answer = client.post(link(cohort), data=ASKED)
    assert (answer.status_code, 'value="Noor"' in answer.text) == (429, True), "nothing is typed twice"
    assert "Even rustig aan" in answer.text


def test_a_room_full_of_people_behind_one_address_gets_through(session, app, cohort):
    codes = [
        app.test_client().post(link(cohort), data=ASKED | {"email": f"p{n}@b.example"}).status_code
        for n in range(45)
    ]
    assert set(codes) == {303}
    assert session.query(JoinRequest).count() == 45


def test_a_link_that_is_not_ours_old_or_closed(session, client, cohort):
    assert client.get(f"/aanmelden/{cohort.id}/0-{'0' * 24}").status_code == 404
    assert client.get(f"/aanmelden/{cohort.id}/é").status_code == 404
    cohort.join_number = 1
    session.commit()
    answer = client.get(link(cohort))
    assert (answer.status_code, "vervangen door een nieuwe" in answer.text) == (410, True)
    cohort.join_open = False
    session.commit()
    assert "geen aanmeldingen" in client.post(link(cohort, 1), data=ASKED).text
    assert session.query(JoinRequest).count() == 0


def test_who_is_signed_in_asks_with_one_click(session, client_as, cohort):
    user = make_user(session)
    client = client_as(user)
    assert 'name="email"' not in client.get(link(cohort)).text
    client.post(link(cohort), data={})
    assert session.scalars(select(JoinRequest.user_id)).all() == [user.id]
    assert "Je aanmelding is binnen." in client.get(link(cohort)).text


def test_the_link_opens_until_a_day_and_is_renewed(session, organiser, cohort):
    url = f"/cohorten/{cohort.id}/aanmeldingen"
    assert organiser.post(f"{url}/link", data={"until": "morgen"}).status_code == 422
    organiser.post(f"{url}/link", data={"is_open": "y", "until": "2030-01-31"})
    organiser.post(f"{url}/nieuwe-link")
    session.refresh(cohort)
    assert (cohort.join_open, str(cohort.join_until), cohort.join_number) == (True, "2030-01-31", 1)
    organiser.post(f"{url}/link", data={"until": ""})
    session.refresh(cohort)
    assert (cohort.join_open, cohort.join_until) == (False, None)


def test_who_waits_sees_their_place_and_can_leave_the_list(session, client_as, cohort, now):
    make_participant(session, cohort)
    waits = make_participant(session, cohort, state="waitlisted")
    client = client_as(session.get(User, waits.user_id))
    assert "plaats 1 van de wachtlijst" in client.get("/uitnodigingen").text
    assert client.post(f"/wachtlijst/{waits.id}/verlaten").status_code == 303
    session.refresh(waits)
    assert waits.state == "withdrawn"
    assert client.post(f"/wachtlijst/{waits.id}/verlaten").status_code == 404


def test_stopping_oneself_with_a_reason(session, client_as, cohort):
    one = make_participant(session, cohort)
    client = client_as(session.get(User, one.user_id))
    page = client.get(f"/inschrijvingen/{one.id}/stoppen").text
    assert "overplaatsen" not in page
    client.post(f"/inschrijvingen/{one.id}/stoppen", data={"reason": "time"})
    session.refresh(one)
    assert (one.state, one.withdrawn_reason) == ("withdrawn", "time")


def upload(client, cohort, content, name):
    return client.post(
        f"/cohorten/{cohort.id}/deelnemers/bestand", data={"file": (io.BytesIO(content), name)}
    )


def test_columns_are_named_by_hand_when_their_titles_say_nothing(session, organiser, cohort):
    upload(organiser, cohort, (FILES / "07-eigen-koppen.xlsx").read_bytes(), "eigen.xlsx")
    here = f"/cohorten/{cohort.id}/deelnemers"
    page = organiser.get(here).text
    assert "Welke kolom is wat?" in page
    assert "B: Bereikbaar op (l.lage@zilverkade.example)" in page
    waiting = session.scalars(select(RosterImport)).one()
    url = f"{here}/bestand/{waiting.id}/kolommen"
    answer = organiser.post(url, data={"header": "1", "column-name": "0", "column-email": "1"})
    assert answer.status_code == 422
    assert "Kies ook de kolom met" in answer.text
    form = {"header": "1", "column-name": "0", "column-email": "1", "column-institution": "2"}
    assert organiser.post(url, data=form).status_code == 303
    assert "Voeg 1 deelnemer toe" in organiser.get(here).text
    session.refresh(waiting)
    assert waiting.columns == {"header": 1, "fields": {"name": 0, "email": 1, "institution": 2}}


def test_who_is_no_longer_on_the_list_stays_unless_ticked(session, organiser, cohort, school):
    stays, goes = (make_participant(session, cohort, institution=school) for _ in range(2))
    session.commit()
    upload(organiser, cohort, b"Naam;E-mail;Instelling\nKees K;k@b.example;ROC Zilverkade\n", "l.csv")
    page = organiser.get(f"/cohorten/{cohort.id}/deelnemers").text
    assert "2 deelnemers staan niet op deze lijst" in page
    assert "checked" not in page.split('id="niet-meer"')[1].split("</section>")[0]
    waiting = session.scalars(select(RosterImport)).one()
    url = f"/cohorten/{cohort.id}/deelnemers/bestand/{waiting.id}"
    organiser.post(url, data={"action": "add", "leaving": [str(goes.id), "geen-id"]})
    session.expire_all()
    assert (session.get(Enrolment, stays.id).state, session.get(Enrolment, goes.id).state) == (
        "active",
        "withdrawn",
    )


def test_ticks_of_who_is_no_longer_on_the_list_stay_when_the_file_is_checked_again(
    session, organiser, cohort, school
):
    stays, goes = (make_participant(session, cohort, institution=school) for _ in range(2))
    session.commit()
    upload(organiser, cohort, b"Naam;E-mail;Instelling\nKees K;k@;ROC Zilverkade\n", "l.csv")
    waiting = session.scalars(select(RosterImport)).one()
    here = f"/cohorten/{cohort.id}/deelnemers"
    form = {"action": "check", "leaving": [str(goes.id)], "email-2": "k@b.example"}
    organiser.post(f"{here}/bestand/{waiting.id}", data=form)
    page = organiser.get(here).text.split('id="niet-meer"')[1].split("</section>")[0]
    ticks = [part.split(">")[0] for part in page.split('name="leaving"')[1:]]
    assert [str(goes.id) in one for one in ticks] == ["checked" in one for one in ticks]
    assert page.count("checked") == 1
    session.expire_all()
    assert session.get(Enrolment, goes.id).state == "active"
    organiser.post(f"{here}/bestand/{waiting.id}", data={"action": "add", "leaving": [str(goes.id)]})
    session.expire_all()
    assert (session.get(Enrolment, stays.id).state, session.get(Enrolment, goes.id).state) == (
        "active",
        "withdrawn",
    )
    assert waiting.leaving == []


def test_one_press_makes_room_for_everybody_who_waits(session, organiser, now):
    cohort = make_cohort(session, now, state="planned", capacity=1)
    make_participant(session, cohort, state="invited")
    waiting = make_participant(session, cohort, state="waitlisted")
    session.commit()
    here = f"/cohorten/{cohort.id}"
    assert "Maak er 2 plaatsen van" in organiser.get(f"{here}/deelnemers").text
    assert "Maak er 2 plaatsen van" in organiser.get(f"{here}/controleren").text
    assert organiser.post(f"{here}/plaatsen", data={"places": "2"}).status_code == 303
    session.expire_all()
    assert session.get(Enrolment, waiting.id).state == "invited"
    assert "Maak er" not in organiser.get(f"{here}/deelnemers").text
    organiser.post(f"{here}/plaatsen", data={"places": "1"})
    assert "Kies een hoger aantal" in organiser.get(f"{here}/deelnemers").text
    session.expire_all()
    assert session.get(type(cohort), cohort.id).capacity == 2


def test_the_workbook_to_fill_in_can_be_read_back(session, organiser, cohort, school):
    answer = organiser.get("/cohorten/voorbeeld-deelnemers.xlsx")
    assert answer.data.startswith(b"PK")
    upload(organiser, cohort, answer.data, "voorbeeld.xlsx")
    [row] = session.scalars(select(RosterImport)).one().rows
    assert (row["given_name"], row["institution"]) == ("Floor", "Mediacollege Papegaai")
