"""An organiser sets a cohort up in five steps."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from peergang.cohorts.models import Cohort, CohortModule, Enrolment, Meeting, PeerGroup, RosterImport
from peergang.core.clock import local_date
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_peer_group, make_trainer
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution, make_organiser, make_user

# The dates that are typed here are to come.
pytestmark = [pytest.mark.database, pytest.mark.usefixtures("now")]


@pytest.fixture
def organiser(session):
    return make_organiser(session)


@pytest.fixture
def edition(session):
    return make_edition(session, modules=3)


def details(edition, **more):
    return {
        "programme": str(edition.id),
        "name": "Voorjaar 2027",
        "starts_on": "2027-02-02",
        "ends_on": "2027-06-25",
        "capacity": "24",
    } | more


def test_from_nothing_to_invitations(session, client_as, organiser, edition):
    make_institution(session, "ROC Noorderhoek")
    trainer = make_user(session, "Marijke", "Roerdomp", password_hash="x")
    client = client_as(organiser)
    assert "Nog geen cohorten" in client.get("/cohorten").text
    answer = client.post("/cohorten/nieuw", data=details(edition))
    assert answer.status_code == 303
    [cohort] = session.scalars(select(Cohort)).all()
    base = f"/cohorten/{cohort.id}"
    assert answer.location.endswith(f"{base}/bijeenkomsten")
    page = client.get(answer.location).text
    assert "Een voorstel om mee te beginnen" in page
    assert "dinsdag" in page
    answer = client.post(
        f"{base}/bijeenkomsten",
        data={"begins": "13:30", "ends": "16:30", "place": "Utrecht", "kick_off": "y"},
    )
    assert answer.status_code == 303
    meetings = session.scalars(select(Meeting).order_by(Meeting.number)).all()
    assert [one.title for one in meetings] == ["Startbijeenkomst", "Module 1", "Module 2", "Module 3"]
    assert client.post(f"{base}/trainers", data={"email": trainer.email.upper()}).status_code == 303
    rows = "\n".join(f"Persoon {n};p{n}@noorderhoek.example;ROC Noorderhoek" for n in range(1, 9))
    answer = upload(client, base, f"Naam;E-mail;Instelling\n{rows}\n".encode())
    assert answer.status_code == 303
    page = client.get(f"{base}/deelnemers").text
    assert "Voeg 8 deelnemers toe" in page
    waiting = session.scalars(select(RosterImport)).one()
    client.post(f"{base}/deelnemers/bestand/{waiting.id}", data={"action": "add"})
    session.expire_all()
    assert session.query(Enrolment).filter_by(role="participant", state="invited").count() == 8
    assert (waiting.rows, waiting.finished_at is None) == ([], False)
    check = client.get(f"{base}/controleren").text
    assert "Niet iedereen zit in een peergroep" in check
    proposal = client.get(f"{base}/groepen/voorstel?grootte=4").text
    [seen] = re.findall(r'name="seen" value="([^"]+)"', proposal)
    client.post(f"{base}/groepen", data={"size": "4", "seen": seen})
    assert "Groep 2" in client.get(f"{base}/groepen").text
    answer = client.post(f"{base}/openen")
    session.expire_all()
    assert session.get(Cohort, cohort.id).state == "open"
    assert "De uitnodigingen gaan nu" in client.get(answer.location).text
    assert "Uitgenodigd" in client.get("/cohorten").text


def upload(client, base, content, name="deelnemers.csv"):
    return client.post(f"{base}/deelnemers/bestand", data={"file": (io.BytesIO(content), name)})


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(session, client_as, organiser, edition):
    client = client_as(organiser)
    answer = client.post(
        "/cohorten/nieuw", data=details(edition, name="Mijn naam", ends_on="31 juni", capacity="veel")
    )
    assert answer.status_code == 422
    assert "<title>Fout:" in " ".join(answer.text.split()).replace("<title> ", "<title>")
    assert "Mijn naam" in answer.text
    assert "Kies een datum." in answer.text
    assert 'value="veel"' in answer.text
    assert session.query(Cohort).count() == 0


def test_an_unfinished_set_up_is_resumed_where_it_stopped(session, client_as, organiser, edition, now):
    cohort = make_cohort(session, now, edition=edition, state="planned")
    client = client_as(organiser)
    page = client.get(f"/cohorten/{cohort.id}").text
    assert "Ga verder met opzetten" in page
    assert f"/cohorten/{cohort.id}/bijeenkomsten" in page


def test_opening_too_early_changes_nothing(session, client_as, organiser, edition, now):
    cohort = make_cohort(session, now, edition=edition, state="planned")
    client = client_as(organiser)
    answer = client.post(f"/cohorten/{cohort.id}/openen", follow_redirects=True)
    assert "Er is nog geen trainer." in answer.text
    session.expire_all()
    assert session.get(Cohort, cohort.id).state == "planned"


def test_moving_a_meeting_says_what_moves_with_it(session, client_as, organiser, edition):
    client = client_as(organiser)
    client.post("/cohorten/nieuw", data=details(edition))
    cohort = session.scalars(select(Cohort)).one()
    client.post(f"/cohorten/{cohort.id}/bijeenkomsten", data={"begins": "13:30", "ends": "16:30"})
    second = session.scalars(select(Meeting).where(Meeting.number == 2)).one()
    url = f"/bijeenkomsten/{second.id}/wijzigen"
    assert 'value="13:30"' in client.get(url).text
    form = {
        "title": second.title,
        "module": str(second.module_id),
        "day": "2027-05-25",
        "begins": "13:30",
        "ends": "16:30",
        "action": "confirm",
    }
    page = client.post(url, data=form, follow_redirects=True).text
    assert "Mee verschoven: module 2" in page
    assert "module 3 (open 26 mei" in page


def test_a_module_that_is_due_after_the_last_day_is_remarked_on(session, client_as, organiser, edition, now):
    cohort = make_cohort(session, now, edition=edition, state="planned")
    make_trainer(session, cohort)
    make_participant(session, cohort)
    modules = session.scalars(
        select(CohortModule).where(CohortModule.cohort_id == cohort.id).order_by(CohortModule.due_at)
    ).all()
    make_meeting(session, cohort, now + timedelta(days=20), module_id=modules[0].module_id)
    client, base = client_as(organiser), f"/cohorten/{cohort.id}"
    remark, mark = "na de laatste dag van het cohort.", "Na de laatste dag van"
    for page in ("controleren", "bijeenkomsten"):
        text = client.get(f"{base}/{page}").text
        assert remark not in text
        assert mark not in text
    cohort.ends_on = local_date(modules[-1].due_at)
    session.commit()
    assert remark not in client.get(f"{base}/controleren").text, "on the last day itself is in time"
    cohort.ends_on -= timedelta(days=6)
    session.commit()
    check = client.get(f"{base}/controleren").text
    assert remark in check
    assert f'href="{base}/bijeenkomsten#modules"' in check
    assert "Open het cohort" in check, "it is a remark and stops nothing"
    assert client.get(f"{base}/bijeenkomsten").text.count(mark) == 1


def test_pinned_dates_through_the_pages(session, client_as, organiser, edition, now):
    cohort = make_cohort(session, now, edition=edition, state="planned")
    client = client_as(organiser)
    module_id = session.scalars(
        select(CohortModule.module_id).where(CohortModule.cohort_id == cohort.id)
    ).first()
    url = f"/cohorten/{cohort.id}/modules/{module_id}/data"
    assert client.get(url).status_code == 200
    assert client.post(url, data={"opens_on": "2027-03-01", "due_on": "2027-02-01"}).status_code == 422
    page = client.post(
        url, data={"opens_on": "2027-03-01", "due_on": "2027-04-01"}, follow_redirects=True
    ).text
    assert "Eigen data" in page
    page = client.post(f"/cohorten/{cohort.id}/modules/{module_id}/volgen", follow_redirects=True).text
    assert "volgen de bijeenkomsten weer" in page


def test_a_trainer_who_is_new_needs_a_name(session, client_as, organiser, edition, now):
    cohort = make_cohort(session, now, edition=edition, state="planned")
    client = client_as(organiser)
    url = f"/cohorten/{cohort.id}/trainers"
    answer = client.post(url, data={"email": "nieuw@school.example"})
    assert answer.status_code == 422
    assert "Vul ook een naam in" in answer.text
    page = client.post(
        url,
        data={
            "email": "nieuw@school.example",
            "given_name": "Noor",
            "particle": "van",
            "family_name": "Dijk",
        },
        follow_redirects=True,
    ).text
    assert "Noor van Dijk" in page
    assert "Krijgt een uitnodiging" in page
    answer = client.post(url, data={"email": "nieuw@school.example"})
    assert "is al trainer" in answer.text


def test_a_trainer_sees_their_own_cohorts_only(session, client_as, edition, now):
    own, other = make_cohort(session, now, edition=edition), make_cohort(session, now, edition=edition)
    trainer = make_user(session)
    make_trainer(session, own, user=trainer)
    client = client_as(trainer)
    page = client.get("/cohorten").text
    assert own.name in page
    assert other.name not in page
    assert client.get("/cohorten/mijn").location.endswith(f"/cohorten/{own.id}")
    assert client.get(f"/cohorten/{other.id}").status_code == 404
    assert "Annuleer" not in client.get(f"/cohorten/{own.id}").text


@pytest.mark.parametrize(
    "page", ["", "/deelnemers", "/groepen", "/controleren", "/bijeenkomsten", "/trainers"]
)
def test_pages_take_the_same_number_of_statements_at_any_size(
    session, client_as, organiser, edition, now, page, counted
):
    small, large = (make_cohort(session, now, edition=edition, capacity=400) for _ in range(2))
    school = make_institution(session)
    for cohort, number in ((small, 3), (large, 100)):
        people = [make_participant(session, cohort, institution=school) for _ in range(number)]
        for start in range(0, number, 4):
            make_peer_group(session, cohort, *people[start : start + 4], since=now)
    client = client_as(organiser)
    client.get("/cohorten")
    found = []
    for cohort in (small, large):
        with counted() as statements:
            assert client.get(f"/cohorten/{cohort.id}{page}").status_code == 200
        found.append(statements.number)
    assert found[0] == found[1]
    assert found[1] <= 12


def test_what_an_english_organiser_makes_is_kept_in_dutch_for_everybody(session, client_as, edition):
    organiser = make_organiser(session)
    organiser.locale = "en"
    client = client_as(organiser)
    client.post("/cohorten/nieuw", data=details(edition))
    [cohort] = session.scalars(select(Cohort)).all()
    base = f"/cohorten/{cohort.id}"
    client.post(f"{base}/bijeenkomsten", data={"begins": "13:30", "ends": "16:30", "kick_off": "y"})
    titles = session.scalars(select(Meeting.title).order_by(Meeting.number)).all()
    assert titles[0] == "Startbijeenkomst"
    for _ in range(4):
        make_participant(session, cohort)
    page = client.get(f"{base}/groepen/voorstel").text
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert "Groep 1" in page
    client.post(f"{base}/groepen", data={"size": "4", "seen": seen[1]})
    assert session.scalars(select(PeerGroup.name)).all() == ["Groep 1"]
