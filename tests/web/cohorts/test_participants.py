"""Reading a file in, seeing what is wrong, mending it in place."""

import io
import re

import pytest
from sqlalchemy import select

from peergang.cohorts.models import Enrolment, RosterImport
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_institution, make_organiser
from tests.pace import within

pytestmark = pytest.mark.database


@pytest.fixture
def school(session):
    return make_institution(session, "ROC Zilverkade")


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now, state="planned")


@pytest.fixture
def client(session, client_as, cohort, school):
    return client_as(make_organiser(session))


def upload(client, cohort, content, name="deelnemers.csv"):
    data = {"file": (io.BytesIO(content), name)}
    return client.post(f"/cohorten/{cohort.id}/deelnemers/bestand", data=data)


def page_of(client, cohort, query=""):
    return client.get(f"/cohorten/{cohort.id}/deelnemers{query}").text


def waiting(session):
    return session.scalars(select(RosterImport).where(RosterImport.finished_at.is_(None))).one()


UGLY = (
    "Naam;E-mail;Instelling\n"
    "Floor Beukenlaan;f@b.example;ROC Zilverkade\n"
    "Merel Duinpan;m@polderpoort,example;ROC Zilverkade\n"
    "Joris Kreekrug;j@b.example;ROC <b>Zilverkaai</b>\n"
    ";wilg@b.example;ROC Zilverkade\n"
).encode("cp1252")


def test_what_is_wrong_stands_at_its_row_and_column_and_is_mended_in_place(session, client, cohort, school):
    assert upload(client, cohort, UGLY).status_code == 303
    page = page_of(client, cohort)
    assert "3 van de 4 rijen kunnen nog niet mee" in page
    for target, text in (
        ("email-3", "Rij 3: het e‑mailadres klopt niet"),
        ("institution-4", "Rij 4: de instelling is onbekend"),
        ("name-5", "Rij 5: de naam ontbreekt"),
    ):
        assert f'<a href="#{target}">{text}</a>' in page
        assert f'id="{target}"' in page
    assert "Er staat een komma in plaats van een punt." in page
    assert "In het bestand staat ‘ROC &lt;b&gt;Zilverkaai&lt;/b&gt;’." in page
    assert page.index("Merel Duinpan") < page.index("Floor Beukenlaan")
    url = f"/cohorten/{cohort.id}/deelnemers/bestand/{waiting(session).id}"
    form = {"email-3": "m@polderpoort.example", "institution-4": str(school.id), "name-5": "Wil de Wilg"}
    client.post(url, data=form | {"action": "check"})
    page = page_of(client, cohort)
    assert "kunnen nog niet mee" not in page
    assert "Voeg 4 deelnemers toe" in page
    answer = client.post(url, data={"action": "add"})
    assert "4 deelnemers toegevoegd." in client.get(answer.location).text
    assert session.query(User).filter_by(email="wilg@b.example").one().name_particle == "de"


def test_what_was_typed_wrongly_again_is_still_there(session, client, cohort):
    upload(client, cohort, UGLY)
    url = f"/cohorten/{cohort.id}/deelnemers/bestand/{waiting(session).id}"
    client.post(url, data={"action": "check", "email-3": "nog, steeds@fout", "institution-4": "geen-id"})
    assert 'value="nog, steeds@fout"' in page_of(client, cohort)


def test_a_tick_takes_somebody_along_who_is_in_another_cohort(session, client, cohort, school, now):
    known = make_participant(session, make_cohort(session, now), institution=school)
    email = session.get(User, known.user_id).email
    session.commit()
    upload(client, cohort, f"Naam;E-mail;Instelling\nA Proef;{email};ROC Zilverkade\n".encode())
    page = page_of(client, cohort)
    assert "Toch toevoegen" in page
    url = f"/cohorten/{cohort.id}/deelnemers/bestand/{waiting(session).id}"
    client.post(url, data={"action": "add", "look": "2", "anyway-2": "on"})
    assert session.query(Enrolment).filter_by(cohort_id=cohort.id).count() == 1


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "Dit bestand is leeg."),
        (b"PK\x03\x04", "Dit bestand is beschadigd"),
        (b"\xd0\xcf\x11\xe0", "ouder soort Excel-bestand"),
        (
            b"Voornaam;Mail\nJan;j@b.example\n",
            "In dit bestand ontbreekt: naam (of voornaam en achternaam), instelling",
        ),
        (b"\x00\x01\x02", "vinden we geen lijst"),
        (b"naam;email;instelling\n", "staan geen deelnemers"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_clear_message(session, client, cohort, content, text):
    answer = upload(client, cohort, content)
    assert answer.status_code == 422
    assert text in answer.text
    assert re.search(r"<title>\s*Fout:", answer.text)
    assert session.query(RosterImport).count() == 0


def test_no_file_at_all(client, cohort):
    answer = client.post(f"/cohorten/{cohort.id}/deelnemers/bestand", data={})
    assert answer.status_code == 422
    assert "Kies eerst een bestand." in answer.text


def test_the_example_opens_in_a_spreadsheet(client):
    answer = client.get("/cohorten/voorbeeld-deelnemers.csv")
    assert answer.data.startswith(b"\xef\xbb\xbfVoornaam;")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_one_by_hand_keeps_what_was_typed(session, client, cohort, school):
    url = f"/cohorten/{cohort.id}/deelnemers"
    answer = client.post(url, data={"name": "Noor van Dijk", "email": "fout", "institution": ""})
    assert answer.status_code == 422
    assert 'value="Noor van Dijk"' in answer.text
    form = {"name": "Noor van Dijk", "email": "noor@b.example", "institution": str(school.id)}
    assert client.post(url, data=form).status_code == 303
    assert "Noor van Dijk" in page_of(client, cohort)
    enrolment = session.scalars(select(Enrolment).where(Enrolment.cohort_id == cohort.id)).one()
    client.post(f"/inschrijvingen/{enrolment.id}/stoppen", data={"next": url})
    assert "Noor van Dijk" not in page_of(client, cohort)


def test_two_thousand_rows_are_shown_in_time_and_in_parts(session, client, cohort):
    rows = "".join(f"Persoon {n};p{n}@b.example;Onbekend {n % 50}\n" for n in range(2000))
    with within(2):
        upload(client, cohort, ("Naam;E-mail;Instelling\n" + rows).encode())
        page = page_of(client, cohort)
    assert page.count('name="institution-') == 50
    assert "Nog 1950 rijen met een fout" in page
    assert page_of(client, cohort, "?toon=alles&pagina=10").count('scope="row"') == 200
    assert page_of(client, cohort, "?toon=alles&pagina=999").count('scope="row"') == 200


def test_five_thousand_rows_with_a_wrong_column_are_shown_in_time(session, client, cohort):
    """Somebody took the column of the teams for that of the schools: every row has an institution of its own."""
    for number in range(60):
        make_institution(session, f"Regionaal Opleidingencentrum nummer {number}")
    session.commit()
    rows = "".join(
        f"Persoon van {n};p{n}@b.example;Opleidingenteam {n} van het centrum {n % 70}\n" for n in range(5000)
    )
    upload(client, cohort, ("Naam;E-mail;Instelling\n" + rows).encode())
    with within(2):
        page = page_of(client, cohort)
    assert "5000 van de 5000 rijen kunnen nog niet mee" in page


def test_a_row_that_is_shown_gets_a_guess(client, cohort, school):
    upload(client, cohort, b"Naam;E-mail;Instelling\nJoris K;j@b.example;ROC Zilverkaai\n")
    assert f'value="{school.id}" selected' in page_of(client, cohort)


@pytest.mark.parametrize("sent", ["x", "\x00", "9" * 5000, "ROC Zilverkade"])
def test_what_is_no_institution_is_not_kept(session, client, cohort, sent):
    upload(client, cohort, UGLY)
    found = waiting(session)
    url = f"/cohorten/{cohort.id}/deelnemers/bestand/{found.id}"
    assert client.post(url, data={"institution-4": sent, "name-5": "N" * 9999}).status_code == 303
    session.refresh(found)
    assert {row["institution_id"] for row in found.rows} == {None}
    assert max(len(row["given_name"]) for row in found.rows) <= 300


def test_a_person_typed_by_hand_about_whom_there_is_something_to_decide(session, client, cohort, school, now):
    known = make_participant(session, make_cohort(session, now))
    user = session.get(User, known.user_id)
    session.commit()
    url = f"/cohorten/{cohort.id}/deelnemers"
    data = {"name": "Persoon Proef", "email": user.email, "institution": str(school.id)}
    page = client.get(url).text
    assert 'name="anyway"' not in page
    answer = client.post(url, data=data)
    assert answer.status_code == 422
    assert "Toch toevoegen" in answer.text
    assert "Zit al in Peergang proef" in answer.text
    assert client.post(url, data=data | {"anyway": "y"}).status_code == 303
    assert session.scalar(select(Enrolment.state).where(Enrolment.cohort_id == cohort.id)) == "invited"
