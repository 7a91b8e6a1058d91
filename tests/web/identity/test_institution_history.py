"""The pages about one institution, its mergers, the government's file, and where people work."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.identity.models import Affiliation, Institution, RoleGrant, User
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_affiliation, make_institution, make_organiser, make_user
from tests.factories.progress import compile_now

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def organiser(client_as: Callable[[User], FlaskClient], session: Session) -> FlaskClient:
    return client_as(make_organiser(session))


def test_a_merger_is_written_down_shown_and_taken_back(organiser: FlaskClient, session: Session) -> None:
    one, became = make_institution(session, "ROC Alfa"), make_institution(session, "ROC Ceta")
    make_affiliation(session, make_user(session), one)
    session.commit()
    url = f"/instellingen/{one.id}/fusie"
    assert "1 aanstelling loopt" in organiser.get(url).text
    answer = organiser.post(url, data={"successor": "", "merged_on": "2026-08-01"})
    assert answer.status_code == 422
    assert "Kies de instelling die doorgaat" in answer.text
    assert 'value="2026-08-01"' in answer.text
    answer = organiser.post(url, data={"successor": str(became.id), "merged_on": "2027-08-01"})
    assert "ligt te ver weg" in answer.text
    answer = organiser.post(url, data={"successor": str(became.id), "merged_on": "01-08-2026"})
    assert answer.status_code == 303
    page = organiser.get(f"/instellingen/{one.id}").text
    assert "Opgegaan in ROC Ceta" in page
    assert "1 augustus 2026" in page
    assert "ging hierin op" in organiser.get(f"/instellingen/{became.id}").text
    assert "ROC Alfa" not in organiser.get("/instellingen").text
    listed = organiser.get("/instellingen?zoek=alfa").text
    assert "ROC Alfa" in listed
    assert "Opgegaan in" in listed
    assert (
        organiser.post(url, data={"successor": str(became.id), "merged_on": "2026-08-01"}).status_code == 409
    )
    assert organiser.post(f"/instellingen/{one.id}/heropen").status_code == 409
    assert organiser.post(f"{url}/ongedaan").status_code == 303
    assert "Opgegaan in" not in organiser.get(f"/instellingen/{one.id}").text


def test_ending_and_going_on_again(organiser: FlaskClient, session: Session) -> None:
    one = make_institution(session, "ROC Alfa")
    session.commit()
    url = f"/instellingen/{one.id}"
    assert organiser.post(f"{url}/einde", data={"until": "wanneer"}).status_code == 422
    assert organiser.post(f"{url}/einde", data={"until": "2026-08-01"}).status_code == 303
    assert "Opgeheven" in organiser.get(url).text
    assert organiser.post(f"{url}/heropen").status_code == 303
    assert "Opgeheven" not in organiser.get(url).text.split("flash")[0]


def test_everything_about_one_is_kept_and_shown(organiser: FlaskClient, session: Session) -> None:
    make_institution(session, "Ander").sso_domains = ["ander.nl"]
    session.commit()
    form = {
        "name": "ROC Alfa", "brin": "25LX", "place": "Sluis", "other_places": "Goes\nSluis\nVeere", "region": "zuid",
        "aliases": "RA", "sso_domains": "Alfa.nl, @mail.alfa.nl", "valid_from": "2020-08-01",
    }  # fmt: skip
    for wrong, words in (
        ({"sso_domains": "ander.nl"}, "hoort al bij een andere"),
        ({"sso_domains": "geen domein"}, "als school.nl"),
        ({"region": "oost"}, "Kies een van de regio"),
        ({"valid_from": "gisteren"}, "Vul een dag in"),
    ):
        answer = organiser.post("/instellingen/nieuw", data=form | wrong)
        assert answer.status_code == 422
        assert words in answer.text
    location = organiser.post("/instellingen/nieuw", data=form).location
    made = session.scalars(select(Institution).where(Institution.brin == "25LX")).one()
    assert made.other_places == ["Goes", "Veere"]
    assert made.sso_domains == ["alfa.nl", "mail.alfa.nl"]
    assert (made.region, made.valid_from) == ("zuid", date(2020, 8, 1))
    page = organiser.get(location).text
    for words in (
        "Sluis, Goes, Veere",
        "Zuid",
        "alfa.nl, mail.alfa.nl",
        "1 augustus 2020",
        "Ook bekend als RA",
    ):
        assert words in page


def test_the_list_and_the_page_tell_how_it_takes_part(
    organiser: FlaskClient, session: Session, now: datetime, statements_of: Callable[[], list[str]]
) -> None:
    school = make_institution(session, "ROC Alfa")
    cohort = make_cohort(session, now)
    for _ in range(2):
        make_participant(session, cohort, institution=school)
    compile_now(session, now)
    session.commit()
    for url in ("/instellingen", f"/instellingen/{school.id}"):
        page = organiser.get(url).text
        assert cohort.name in page
        assert "0%" in page
        assert ">2<" in page
    counted = statements_of()
    organiser.get(f"/instellingen/{school.id}")
    few = len(counted)
    for _ in range(20):
        make_participant(session, make_cohort(session, now), institution=school)
    session.commit()
    counted = statements_of()
    organiser.get(f"/instellingen/{school.id}")
    assert len(counted) == few <= 8


def test_a_contact_sees_the_own_institution_in_sums(
    client_as: Callable[[User], FlaskClient], session: Session, now: datetime
) -> None:
    own, other, contact = make_institution(session), make_institution(session), make_user(session)
    session.add(RoleGrant(user_id=contact.id, role="contact", institution_id=own.id))
    make_participant(session, make_cohort(session, now), institution=own, user=make_user(session, "Ymkje"))
    session.commit()
    client = client_as(contact)
    page = client.get(f"/instellingen/{own.id}").text
    assert "Werken hier nu" in page
    assert "Ymkje" not in page
    assert f"/instellingen/{own.id}/wijzig" not in page
    assert client.get(f"/instellingen/{other.id}").status_code == 404
    assert client.get("/instellingen").status_code == 404
    assert client.get("/mensen").status_code == 404


def upload(client: FlaskClient, content: bytes) -> int:
    data = {"file": (BytesIO(content), "adressen.csv")}
    return client.post("/instellingen/bestand", data=data).status_code


def test_the_file_is_shown_first_and_then_done(organiser: FlaskClient, session: Session) -> None:
    assert "Nog geen bestand" in organiser.get("/instellingen/bestand").text
    make_institution(session, "Oude naam", brin="02AA")
    make_institution(session, "Staat er niet in", brin="03AA")
    session.commit()
    content = "instellingencode;instellingsnaam;plaatsnaam\n01AA;Nieuw;Sluis\n02AA;Nieuwe naam;Goes\nX;Y;Z\n"
    assert upload(organiser, content.encode("utf-8-sig")) == 303
    page = organiser.get("/instellingen/bestand").text
    for words in (
        "nu nog Oude naam",
        "Verwerk 2 wijzigingen",
        "Staat er niet meer in",
        "instellingencode",
        "zoals 25LX",
    ):
        assert words in page
    assert session.scalars(select(Institution.name).order_by(Institution.name)).all() == [
        "Oude naam",
        "Staat er niet in",
    ]
    assert organiser.post("/instellingen/bestand/verwerk").status_code == 303
    assert "Nieuwe naam" in organiser.get("/instellingen").text
    assert organiser.post("/instellingen/bestand/verwerk").status_code == 409
    upload(organiser, content.encode())
    assert "Alles klopt al" in organiser.get("/instellingen/bestand").text
    assert organiser.post("/instellingen/bestand/weg").status_code == 303


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leeg"),
        (b"instellingencode;naam\n25LX;x", "ontbreekt: instellingsnaam, plaatsnaam"),
        (b"PK\x03\x04", "geen tekstbestand"),
        (b"instellingencode;instellingsnaam;plaatsnaam\n", "staat niets"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(organiser: FlaskClient, content: bytes, words: str) -> None:
    answer = organiser.post("/instellingen/bestand", data={"file": (BytesIO(content), "x.csv")})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Fout:" in answer.text


def test_somebody_is_found_and_works_elsewhere_from_a_day(organiser: FlaskClient, session: Session) -> None:
    user = make_user(session, "W" * 40, "B" * 40, particle="van der")
    old, new = make_institution(session, "ROC Alfa"), make_institution(session, "ROC Beta")
    make_affiliation(session, user, old)
    session.commit()
    assert f"{'B' * 40}, {'W' * 40} van der" in organiser.get("/mensen?zoek=www").text
    assert "Niemand gevonden" in organiser.get("/mensen?zoek=xyz").text
    assert organiser.get("/mensen?pagina=99999999999").status_code == 200
    url = f"/mensen/{user.id}/aanstelling"
    assert "Kies een instelling uit de lijst" in organiser.post(url, data={"since": "2026-11-01"}).text
    form = {"institution": str(new.id), "since": "2026-11-01", "job_title": "i-coach"}
    assert "ligt te ver weg" in organiser.post(url, data=form | {"since": "2031-01-01"}).text
    assert organiser.post(url, data=form).status_code == 303
    page = organiser.get(f"/mensen/{user.id}").text
    assert "31 oktober 2026" in page
    assert "ROC Beta" in page
    found = session.scalars(select(Affiliation).where(Affiliation.institution_id == new.id)).one()
    form |= {"since": "2026-10-01"}
    answer = organiser.post(f"{url}/{found.id}", data=form)
    assert answer.status_code == 422
    assert "staat al een andere aanstelling" in answer.text
    assert organiser.post(f"{url}/{found.id}", data=form | {"since": "2026-11-05"}).status_code == 303
    assert organiser.post(f"{url}/{found.id}/weg").status_code == 303
    assert "ROC Beta" not in organiser.get(f"/mensen/{user.id}").text
    stranger = make_user(session)
    session.commit()
    assert organiser.get(f"/mensen/{stranger.id}/aanstelling/{found.id}").status_code == 404
