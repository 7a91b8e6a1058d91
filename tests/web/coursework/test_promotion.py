"""The pages on which a reflection becomes a practice example, without JavaScript."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.coursework.models import Promotion
from peergang.coursework.queries.promotion import list_asked
from peergang.identity.models import User
from peergang.practice.models import PracticeExample
from tests.factories.coursework import Class, actor_of, make_class, make_submitted, review

Browser = Callable[[User], FlaskClient]
SAID = "Vertel de volgende keer ook hoe de studenten daarop reageerden."
TEXTS = {
    "title": "Meekijken",
    "summary": "Kort.",
    "context": "Waarom.",
    "goal": "",
    "approach": "Zo.",
    "result": "Dit.",
    "learned": "Dat.",
    "conditions": "",
}


@pytest.fixture
def now(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The pages live at the moment of the tests."""
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


@pytest.fixture
def url(session: Session, room: Class, now: datetime) -> str:
    answers = {"bereiken": "Ik wilde **durf**.\n\n- een\n- twee", "gezien": "Ik sprak student Fatima."}
    version = make_submitted(session, room.author, now, answers=answers, title="Mijn geheime titel")
    review(session, room.trainer, version, now, message=SAID)
    return f"/reflecties/{version.reflection_id}/voorbeeld"


def user(session: Session, enrolment: object) -> User:
    return session.get_one(User, enrolment.user_id)  # type: ignore[attr-defined]


def make(client: FlaskClient, session: Session, url: str, **texts: str) -> PracticeExample:
    answer = client.post(url, data=TEXTS | {"actie": "maken", "no_student_data": "y"} | texts)
    assert answer.status_code == 303
    return session.scalars(select(PracticeExample)).one()


def test_the_reading_page_leads_there_once_it_is_approved(
    session: Session, room: Class, client_as: Browser, url: str, now: datetime
) -> None:
    client = client_as(user(session, room.author))
    reading = url.removesuffix("/voorbeeld")
    assert url in client.get(reading).get_data(as_text=True)
    assert url not in client_as(user(session, room.trainer)).get(reading).get_data(as_text=True)
    for other in (room.peer, room.trainer):
        assert client_as(user(session, other)).get(url).status_code == 404
        assert client_as(user(session, other)).post(url, data=TEXTS).status_code == 404
    waiting = make_submitted(session, room.peer, now)
    assert (
        client_as(user(session, room.peer)).get(f"/reflecties/{waiting.reflection_id}/voorbeeld").status_code
        == 404
    )


def test_text_goes_over_part_by_part_and_nothing_is_kept_yet(
    session: Session, room: Class, client_as: Browser, url: str
) -> None:
    client = client_as(user(session, room.author))
    page = client.get(url).get_data(as_text=True)
    assert "Ik wilde durf." in page, "marks of Markdown are no words"
    moved = client.post(
        url,
        data={
            "title": "T",
            "context": "Stond er al.",
            "naar-bereiken": "context",
            "naar-gezien": "learned",
            "actie": "overzetten",
        },
    ).get_data(as_text=True)
    assert "Stond er al.\n\nIk wilde durf." in moved.replace("\r\n", "\n")
    assert "een naam van een student" in moved
    assert "<b>Fatima</b>" in moved
    again = client.post(
        url,
        data={"context": "Ik wilde durf.\n\neen\ntwee", "naar-bereiken": "context", "actie": "overzetten"},
    ).get_data(as_text=True)
    field = again.split('name="context"')[1].split("</textarea>")[0]
    assert field.count("Ik wilde durf.") == 1, "twice pressed is once taken over"
    assert session.scalars(select(PracticeExample)).all() == []


@pytest.mark.parametrize("button", ["overzetten", "kijken"])
def test_no_more_is_looked_at_than_may_be_kept(
    session: Session, room: Class, client_as: Browser, url: str, button: str
) -> None:
    """What is too long is refused when it is kept; looking at it all first would hold up everybody."""
    text = "Bel 06-11111111. " + "woord " * 4_000 + "Bel 06-22222222."
    client = client_as(user(session, room.author))
    page = client.post(url, data={"context": text, "actie": button}).get_data(as_text=True)
    assert "<b>06-11111111</b>" in page
    assert "<b>06-22222222</b>" not in page


def test_what_is_missing_is_said_and_the_text_stays(
    session: Session, room: Class, client_as: Browser, url: str
) -> None:
    client = client_as(user(session, room.author))
    answer = client.post(url, data=TEXTS | {"title": "", "actie": "maken"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Geef je voorbeeld een titel." in page
    assert "vink aan dat er geen herkenbare studenten in staan" in page
    assert ">Waarom.</textarea>" in page.replace("\r\n", "").replace("\n", "")
    assert session.scalars(select(Promotion)).all() == []


def test_from_asking_to_sharing(session: Session, room: Class, client_as: Browser, url: str) -> None:
    author, trainer = user(session, room.author), user(session, room.trainer)
    client = client_as(author)
    example = make(
        client, session, url, learned=f"Mijn trainer schreef: {SAID}", context="Collega Karin zei ja."
    )
    consents = f"/reflecties/voorbeelden/{example.id}/toestemming"
    assert consents in client.get(f"/bibliotheek/{example.id}/schrijven").get_data(as_text=True)
    share = TEXTS | {
        "learned": f"Mijn trainer schreef: {SAID}",
        "context": "Collega Karin zei ja.",
        "sector": "all",
        "licence": "cc-by-sa-4.0",
        "no_student_data": "y",
        "actie": "delen",
    }
    refused = client.post(f"/bibliotheek/{example.id}/schrijven", data=share | {"revision": "0"})
    assert refused.status_code == 422
    assert "nog geen toestemming gaven" in refused.get_data(as_text=True)

    client.post(consents, data={"person": str(trainer.id)})
    client.post(consents, data={"name": "Karin", "answer": "asked_myself"})
    [asked] = list_asked(session, actor_of(session, trainer))
    theirs = f"/toestemming/{asked.consent_id}"
    page = client_as(trainer).get(theirs).get_data(as_text=True)
    assert SAID in page
    assert "Karin" not in page, "only the passages that are theirs"
    assert "Mijn geheime titel" not in page
    assert client.get(theirs).status_code == 404, "it was not put to the author"
    assert client_as(user(session, room.peer)).get(theirs).status_code == 404
    nothing = client_as(trainer).post(theirs, data={"asked": asked.asked_at.isoformat()})
    assert nothing.status_code == 422
    stale = client_as(trainer).post(theirs, data={"answer": "yes", "asked": "eerder"})
    assert stale.status_code == 409
    yes = client_as(trainer).post(theirs, data={"answer": "yes", "asked": asked.asked_at.isoformat()})
    assert yes.status_code == 303
    assert "Alles is rond" in client.get(consents).get_data(as_text=True)
    session.expire_all()
    done = client.post(
        f"/bibliotheek/{example.id}/schrijven", data=share | {"revision": str(example.revision)}
    )
    assert done.status_code == 303
    session.expire_all()
    assert session.get_one(PracticeExample, example.id).state == "published"


def test_a_shared_example_opens_no_reflection(
    session: Session, room: Class, client_as: Browser, url: str
) -> None:
    example = make(client_as(user(session, room.author)), session, url)
    example.state, example.published_at = "published", example.created_at
    example.review_by = example.created_at.date()
    session.flush()
    stranger = client_as(user(session, room.outside))
    page = stranger.get(f"/bibliotheek/{example.id}").get_data(as_text=True)
    assert url.removesuffix("/voorbeeld") not in page
    assert "Mijn geheime titel" not in page
    assert stranger.get(f"/reflecties/voorbeelden/{example.id}/toestemming").status_code == 404
