"""What the pages say of an import and of the waiting list is what happened."""

import io

import pytest
from sqlalchemy import select

from peergang.cohorts.models import Enrolment, RosterImport
from peergang.identity.models import InstitutionMerger, User
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_institution, make_organiser

pytestmark = pytest.mark.database


@pytest.fixture
def school(session):
    return make_institution(session, "ROC Zilverkade")


@pytest.fixture
def cohort(session, now, school):
    return make_cohort(session, now, capacity=1)


@pytest.fixture
def organiser(session, client_as, cohort):
    return client_as(make_organiser(session))


def upload(client, cohort, *rows, school="ROC Zilverkade"):
    text = "\n".join(["Naam;E-mail;Instelling", *(f"{row};{school}" for row in rows), ""])
    data = {"file": (io.BytesIO(text.encode()), "lijst.csv")}
    client.post(f"/cohorten/{cohort.id}/deelnemers/bestand", data=data)
    return client.get(f"/cohorten/{cohort.id}/deelnemers").text


def add(client, session, cohort, **form):
    waiting = session.scalars(select(RosterImport).where(RosterImport.finished_at.is_(None))).one()
    url = f"/cohorten/{cohort.id}/deelnemers/bestand/{waiting.id}"
    return client.post(url, data={"action": "add"} | form, follow_redirects=True).text


def test_everybody_on_the_waiting_list_is_not_told_as_nobody_added(session, organiser, cohort, school):
    make_participant(session, cohort, institution=school)
    session.commit()
    upload(organiser, cohort, "Noor Dijk;n@b.example", "Kees Kade;k@b.example")
    page = add(organiser, session, cohort)
    assert "Het cohort is vol: 2 deelnemers staan nu op de wachtlijst." in page
    assert "0 deelnemers" not in page


def test_who_comes_from_the_list_in_the_place_of_one_who_left_is_told(session, organiser, cohort, school):
    goes = make_participant(session, cohort, institution=school)
    waits = make_participant(session, cohort, institution=school, state="waitlisted")
    email = session.get(User, waits.user_id).email
    session.commit()
    upload(organiser, cohort, f"A Proef;{email}")
    page = add(organiser, session, cohort, leaving=str(goes.id))
    assert "1 deelnemer uit dit cohort gehaald. 1 deelnemer van de wachtlijst heeft nu een plaats." in page
    assert "0 deelnemers" not in page


def test_somebody_typed_in_who_is_there_already_is_told_so(session, organiser, cohort, school):
    known = session.get(User, make_participant(session, cohort, institution=school).user_id)
    session.commit()
    form = {"name": "A Proef", "email": known.email, "institution": str(school.id)}
    page = organiser.post(f"/cohorten/{cohort.id}/deelnemers", data=form, follow_redirects=True).text
    assert "Deze deelnemer stond al in dit cohort." in page


@pytest.mark.parametrize("state", ["planned", "open", "running"])
def test_room_is_offered_and_told_as_long_as_people_may_come(session, client_as, now, state):
    cohort = make_cohort(session, now, state=state, capacity=1)
    make_participant(session, cohort)
    waiting = make_participant(session, cohort, state="waitlisted")
    organiser, here = client_as(make_organiser(session)), f"/cohorten/{cohort.id}"
    for page in (f"{here}/deelnemers", f"{here}/aanmeldingen"):
        assert "Maak er 2 plaatsen van" in organiser.get(page).text
    form = {"places": "2", "next": f"{here}/aanmeldingen"}
    answer = organiser.post(f"{here}/plaatsen", data=form)
    assert answer.location == f"{here}/aanmeldingen"
    page = organiser.get(answer.location).text
    assert "Er zijn nu 2 plaatsen. 1 deelnemer van de wachtlijst heeft nu een plaats." in page
    assert "Maak er" not in page
    session.expire_all()
    assert session.get(Enrolment, waiting.id).state == "invited"


def test_a_larger_capacity_tells_who_got_a_place(session, organiser, cohort):
    make_participant(session, cohort)
    make_participant(session, cohort, state="waitlisted")
    session.commit()
    form = {
        "programme": str(cohort.edition_id),
        "name": cohort.name,
        "starts_on": cohort.starts_on.isoformat(),
        "ends_on": cohort.ends_on.isoformat(),
        "capacity": "9",
    }
    page = organiser.post(f"/cohorten/{cohort.id}/gegevens", data=form, follow_redirects=True).text
    assert "De gegevens zijn bewaard." in page
    assert "1 deelnemer van de wachtlijst heeft nu een plaats." in page


def test_a_double_row_is_shown_and_what_is_not_shown_is_called_what_it_is(session, organiser, cohort, school):
    known = session.get(User, make_participant(session, cohort, institution=school).user_id)
    session.commit()
    rows = [f"Persoon {n};p{n}@b.example" for n in range(6)]
    page = upload(organiser, cohort, *rows, f"A Proef;{known.email}", "Persoon 0;p0@b.example")
    assert "Staat er al in, in rij 2." in page
    assert "Nog 1 rij die al bekend is." in page
    assert "Nog 3 rijen zonder opmerkingen." in page


def test_no_button_offers_to_add_nobody(session, organiser, cohort, school, now):
    other = make_participant(session, make_cohort(session, now), institution=school)
    email = session.get(User, other.user_id).email
    session.commit()
    page = upload(organiser, cohort, f"A Proef;{email}")
    assert "Voeg 0 deelnemers toe" not in page
    assert "Voeg toe wie je aanvinkt" in page
    page = add(organiser, session, cohort, look="2")
    assert "Er is niemand toegevoegd." in page
    assert "Voeg 1 deelnemer toe" not in page


def test_the_list_of_one_school_names_nobody_of_another(session, organiser, cohort, school):
    own = make_participant(session, cohort, institution=school)
    other = make_participant(session, cohort, institution=make_institution(session, "ROC Elders"))
    emails = {one: session.get(User, one.user_id).email for one in (own, other)}
    session.commit()
    page = upload(organiser, cohort, "Noor Dijk;n@b.example")
    assert "1 deelnemer staat niet op deze lijst" in page
    named = page.split('id="niet-meer"')[1].split("</section>")[0]
    assert emails[own] in named
    assert emails[other] not in named
    add(organiser, session, cohort, leaving=str(other.id))
    session.expire_all()
    assert session.get(Enrolment, other.id).state == "active"


def test_who_came_from_a_school_that_merged_belongs_to_the_list_of_its_successor(
    session, organiser, cohort, school, now
):
    before = make_institution(session, "MBO Van Toen")
    merger = {"institution_id": before.id, "successor_id": school.id, "merged_on": now.date()}
    session.add(InstitutionMerger(**merger, created_at=now))
    before.valid_until = now.date()
    make_participant(session, cohort, institution=before)
    session.commit()
    assert "1 deelnemer staat niet op deze lijst" in upload(organiser, cohort, "Noor Dijk;n@b.example")
