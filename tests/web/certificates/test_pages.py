"""The pages of who has a certificate, of their trainer and of organisers; and the files."""

import csv
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO, StringIO

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from peergang.certificates.actions.changing import choose_sharing, correct_name, revoke_certificate
from peergang.certificates.models import Certificate
from peergang.certificates.rules.codes import show_code
from peergang.core import clock
from peergang.identity.models import User
from tests.factories.certificates import TERMS, Finish, make_certificate, make_finish
from tests.factories.cohorts import make_participant
from tests.factories.identity import make_user

Browser = Callable[[User], FlaskClient]
WHY = "Er bleek een vergissing te zijn."


@pytest.fixture
def now(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The pages live at the moment of the tests."""
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=1))
    return now


@pytest.fixture
def finish(session: Session, now: datetime) -> Finish:
    return make_finish(session, now)


@pytest.fixture
def certificate(finish: Finish) -> Certificate:
    return make_certificate(finish)


@pytest.fixture
def owner(finish: Finish, client_as: Browser) -> FlaskClient:
    return client_as(finish.user(finish.participant))


def html_of(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.status_code
    return answer.get_data(as_text=True)


def test_what_is_missing_is_said_kindly(finish: Finish, client_as: Browser) -> None:
    finish.finish(meetings=3, leave=1)
    html = html_of(client_as(finish.user(finish.participant)), "/mijn-certificaat")
    for words in ("Alle opdrachten afronden", "Nog 1 opdracht te gaan", "Nog 1 bijeenkomst te gaan", "ziek"):
        assert words in html
    assert "1 van de 3 gehaald" in html


def test_the_path_says_what_is_left_and_no_more(finish: Finish, client_as: Browser) -> None:
    owner = client_as(finish.user(finish.participant))
    finish.finish(meetings=3, leave=1)
    told = html_of(owner, "/mijn-traject").partition("Je certificaat</h2>")[2].partition("</div>")[0]
    assert "Je bent onderweg:" in told
    assert "opdrachten af</li>" in told
    assert "<li>bij 3 van de 4 bijeenkomsten geweest</li>" in told
    assert "praktijkvoorbeeld" not in told, "that was shared"


def test_the_path_says_that_it_is_there(owner: FlaskClient, certificate: Certificate) -> None:
    html = html_of(owner, "/mijn-traject")
    assert "Je hebt je certificaat." in html
    assert "onderweg:" not in html


def test_between_the_last_thing_and_the_worker(finish: Finish, client_as: Browser) -> None:
    finish.finish()
    assert "binnen een paar minuten" in html_of(
        client_as(finish.user(finish.participant)), "/mijn-certificaat"
    )


def test_who_follows_nothing_reads_so(session: Session, client_as: Browser, now: datetime) -> None:
    assert "Nog geen certificaat" in html_of(client_as(make_user(session)), "/mijn-certificaat")


def test_where_the_programme_asks_nothing(session: Session, client_as: Browser, now: datetime) -> None:
    finish = make_finish(session, now, terms=None)
    assert "Je trainer kan het geven" in html_of(
        client_as(finish.user(finish.participant)), "/mijn-certificaat"
    )
    assert "komt het certificaat niet vanzelf" in html_of(
        client_as(finish.user(finish.trainer)), f"/cohorten/{finish.cohort.id}/certificaten"
    )


def pdf_of(client: FlaskClient, certificate: Certificate, locale: str = "nl") -> tuple[PdfReader, str]:
    answer = client.get(f"/certificaten/{certificate.id}/download?taal={locale}")
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    found = PdfReader(BytesIO(answer.data))
    return found, " ".join(" ".join(page.extract_text() for page in found.pages).split())


def tags(node: object) -> Iterator[tuple[str, str]]:
    """Every tag of the document in reading order, with the words for what is no text."""
    node = getattr(node, "get_object", lambda: node)()
    if isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"]), str(node.get("/Alt", ""))
        if "/K" in node:
            yield from tags(node["/K"])
    elif isinstance(node, list):
        for one in node:
            yield from tags(one)


def test_the_document_is_for_everybody(owner: FlaskClient, certificate: Certificate) -> None:
    found, text = pdf_of(owner, certificate)
    assert len(found.pages) == 1
    root = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()
    assert found.metadata is not None
    assert found.metadata.title == "Certificaat Peergang i-coaches van Anna van der Berg"
    kinds = [(kind, alt) for kind, alt in tags(root["/StructTreeRoot"]["/K"])]
    pictures = [alt for kind, alt in kinds if kind == "/Figure"]
    assert [bool(alt) for alt in pictures] == [True, True], "the sign and the QR code have words"
    order = [kind for kind, _alt in kinds]
    assert order.index("/Title" if "/Title" in order else "/H1") < order.index("/L")
    assert "/Link" in order
    said = ("Netwerk Bruggen Bouwen", "Certificaat", "Anna van der Berg", "Peergang i-coaches", "40 uur")
    places = [text.index(words) for words in (*said, "Kennis delen", show_code(certificate.code))]
    assert places == sorted(places), "it reads in the order in which it is said"
    assert "17 november 2026" in text


def test_it_speaks_english(owner: FlaskClient, certificate: Certificate) -> None:
    found, text = pdf_of(owner, certificate, "en")
    assert found.trailer["/Root"]["/Lang"] == "en"
    assert "Peergang for i-coaches" in text
    assert "Sharing knowledge" in text


def test_the_document_is_the_same_today_and_tomorrow(
    owner: FlaskClient, certificate: Certificate, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    path = f"/certificaten/{certificate.id}/download?taal=nl"
    first = owner.get(path).data
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=3))
    assert owner.get(path).data == first


def test_a_new_name_stands_on_the_document(
    finish: Finish, session: Session, client_as: Browser, certificate: Certificate, now: datetime
) -> None:
    name = 'Anna "#eval(1)" \u05e9\u05dc\u05d5\u05dd de Wit-van der Berg tot Ergens Heel Ver Weg'
    correct_name(session, finish.actor(finish.organiser), certificate.id, name, WHY, now=now)
    _found, text = pdf_of(client_as(finish.user(finish.participant)), certificate)
    assert "#eval(1)" in text
    assert "De naam is verbeterd op 17 november 2026" in text


@pytest.mark.parametrize(
    ("who", "status"), [("participant", 200), ("trainer", 200), ("organiser", 200), ("other", 404)]
)
def test_who_may_have_the_document(
    finish: Finish, session: Session, client_as: Browser, certificate: Certificate, who: str, status: int
) -> None:
    found = getattr(finish, who, None) or make_participant(session, finish.cohort)
    person = found if isinstance(found, User) else finish.user(found)
    assert client_as(person).get(f"/certificaten/{certificate.id}/download").status_code == status


def test_of_what_was_withdrawn_there_is_no_file(
    finish: Finish, session: Session, client_as: Browser, certificate: Certificate, now: datetime
) -> None:
    revoke_certificate(session, finish.actor(finish.organiser), certificate.id, WHY, now=now)
    client = client_as(finish.user(finish.participant))
    for name in ("download", "badge"):
        assert client.get(f"/certificaten/{certificate.id}/{name}").status_code == 404
    html = html_of(client, "/mijn-certificaat")
    assert "ingetrokken op 17 november 2026" in html
    assert WHY not in html


def test_one_chooses_what_others_see(owner: FlaskClient, certificate: Certificate, session: Session) -> None:
    prefix = f"c{certificate.id.hex[:8]}-"
    path = f"/certificaten/{certificate.id}/delen"
    wrong = owner.post(path, data={f"{prefix}wants_badge": "y", f"{prefix}badge_account": "anna"})
    assert wrong.status_code == 422
    html = wrong.get_data(as_text=True)
    assert "Fout:" in html
    assert 'value="anna"' in html
    assert "naam@instelling.nl, of laat dit leeg" in html
    good = owner.post(path, data={f"{prefix}wants_badge": "y", f"{prefix}badge_account": "anna@roc.example"})
    assert good.status_code == 303
    session.expire_all()
    assert not certificate.shows_name
    assert certificate.badge_wanted_at is not None
    assert certificate.badge_account == "anna@roc.example"


def test_the_list_of_a_cohort(
    finish: Finish, session: Session, client_as: Browser, certificate: Certificate
) -> None:
    near = make_participant(session, finish.cohort, user=make_user(session, "Bram", "Bijna"))
    finish.finish(near, meetings=3)
    make_participant(session, finish.cohort, user=make_user(session, "Noor", "Net"))
    path = f"/cohorten/{finish.cohort.id}/certificaten"
    html = html_of(client_as(finish.user(finish.trainer)), path)
    assert "<b>1</b> van de 3 deelnemers" in " ".join(html.split())
    assert html.index("Bram Bijna") < html.index("Noor Net") < html.index("Anna van der Berg")
    assert "1 is er bijna" in html
    for words in ("Trek in", "Verbeter de naam", "Edubadges"):
        assert words not in html, "these are for organisers"
    html = html_of(client_as(finish.organiser), path)
    for words in ("Trek in", "Verbeter de naam", "Edubadges"):
        assert words in html


def test_giving_withdrawing_and_back(finish: Finish, client_as: Browser, session: Session) -> None:
    trainer, organiser = client_as(finish.user(finish.trainer)), client_as(finish.organiser)
    path = f"/inschrijvingen/{finish.participant.id}/certificaat"
    assert "0 van 5" in html_of(trainer, path)
    short = trainer.post(path, data={"reason": "ziek"})
    assert short.status_code == 422
    assert "ziek</textarea>" in short.get_data(as_text=True)
    assert trainer.post(path, data={"reason": "Was ziek en haalde alles in."}).status_code == 303
    assert "heeft het certificaat al" in html_of(trainer, path)
    again = trainer.post(path, data={"reason": "Was ziek en haalde alles in."}, follow_redirects=True)
    assert "Dit certificaat was er al" in again.get_data(as_text=True)
    certificate = finish.certificate()
    revoke = f"/certificaten/{certificate.id}/intrekken"
    assert trainer.get(revoke).status_code == 404
    assert organiser.post(revoke, data={"reason": ""}).status_code == 422
    assert organiser.post(revoke, data={"reason": WHY}).status_code == 303
    assert "al ingetrokken" in html_of(organiser, revoke)
    html = html_of(organiser, f"/cohorten/{finish.cohort.id}/certificaten")
    assert "Herstel" in html
    assert organiser.post(f"/certificaten/{certificate.id}/herstellen").status_code == 303
    assert finish.certificate().revoked_at is None
    name = f"/certificaten/{certificate.id}/naam"
    assert organiser.post(name, data={"name": "Anna van der Berg", "reason": WHY}).status_code == 422
    assert organiser.post(name, data={"name": "Anna de Wit", "reason": WHY}).status_code == 303
    assert "Anna van der Berg" in html_of(organiser, name)


def awards(client: FlaskClient, finish: Finish, variant: str) -> list[list[str]]:
    answer = client.get(f"/cohorten/{finish.cohort.id}/certificaten/edubadges.csv?vorm={variant}")
    assert answer.status_code == 200
    assert answer.content_type == "text/csv; charset=utf-8"
    return list(csv.reader(StringIO(answer.data.decode()), delimiter=";"))


def test_the_file_for_edubadges_holds_who_asked(
    finish: Finish, session: Session, client_as: Browser, now: datetime
) -> None:
    anna = make_certificate(finish)
    evil = make_user(session, "=1+1", "Kwaad")
    for user, account in ((evil, ""), (make_user(session, "Stil"), None)):
        who = make_participant(session, finish.cohort, user=user)
        certificate = make_certificate(finish, who)
        if account is not None:
            want(session, finish, certificate, who, account, now)
    want(session, finish, anna, finish.participant, "anna@roc.example", now)
    gone = make_participant(session, finish.cohort)
    withdrawn = make_certificate(finish, gone)
    want(session, finish, withdrawn, gone, "weg@roc.example", now)
    revoke_certificate(session, finish.actor(finish.organiser), withdrawn.id, WHY, now=now)
    client = client_as(finish.organiser)
    head, *rows = awards(client, finish, "naam")
    assert ";".join(head) == (
        "Recipient mailadres;Recipient First name;Recipient Surname;Narrative (optional);"
        "Evidence URL (optional);Evidence NAME (optional);Evidence Description (optional);Grade (optional)"
    )
    assert {row[1] for row in rows} == {"Anna", "'=1+1"}
    [row] = [row for row in rows if row[1] == "Anna"]
    assert row[0] == finish.user(finish.participant).email
    assert row[2] == "van der Berg"
    assert row[4].endswith(f"/certificaat/{show_code(anna.code)}")
    assert "40 uur" in row[3]
    head, *rows = awards(client, finish, "account")
    assert head[:3] == ["Recipient mailadres", "Recipient EPPN", "Narrative (optional)"]
    assert [row[1] for row in rows] == ["anna@roc.example"]
    html = html_of(client, f"/cohorten/{finish.cohort.id}/certificaten")
    assert "2 deelnemers vroegen om een edubadge" in html


def want(
    session: Session, finish: Finish, certificate: Certificate, who: object, account: str, now: datetime
) -> None:
    choose_sharing(
        session,
        finish.actor(who),  # type: ignore[arg-type]
        certificate.id,
        shows_name=True,
        wants_badge=True,
        badge_account=account,
        now=now,
    )


def test_the_pages_ask_the_same_for_many_people(
    finish: Finish, session: Session, client_as: Browser, counted, certificate: Certificate
) -> None:
    client = client_as(finish.user(finish.trainer))
    path = f"/cohorten/{finish.cohort.id}/certificaten"
    client.get(path)
    with counted() as few:
        client.get(path)
    for _ in range(5):
        make_participant(session, finish.cohort)
    session.commit()
    with counted() as many:
        client.get(path)
    assert many.number == few.number <= 16


def test_the_terms_of_the_factory_are_good() -> None:
    from peergang.curriculum.content.schema import CertificateHeader

    assert CertificateHeader.model_validate(TERMS).model_dump(mode="json") == TERMS
