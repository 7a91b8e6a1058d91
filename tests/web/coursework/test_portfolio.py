"""My portfolio: everything of mine over all cohorts, and the files made of it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Connection, text, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core import clock
from peergang.coursework.models import Attachment, PeerFeedback, Reflection, VersionAttachment
from peergang.coursework.views import portfolio_file
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from tests.counting import counting
from tests.factories.cohorts import make_cohort, make_trainer
from tests.factories.coursework import (
    Class,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
    review,
    submit,
)

Browser = Callable[[User], FlaskClient]
HOSTILE = '#eval("1") ] [ $x$ \\ #panic() <b>b</b> \u202e omgekeerd \u05e9\u05dc\u05d5\u05dd \U0001f600 \u4f60 **vet** `x`'


@pytest.fixture
def now(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The pages live at the moment of the tests."""
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=1))
    return now


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def user(session: Session, enrolment: object) -> User:
    return session.get_one(User, enrolment.user_id)  # type: ignore[attr-defined]


def another_place(session: Session, first: Enrolment, now: datetime) -> Enrolment:
    """A place of the same person in a cohort of its own."""
    place = Enrolment(
        cohort_id=make_cohort(session, now).id,
        user_id=first.user_id,
        affiliation_id=first.affiliation_id,
        role="participant",
        state="active",
        invited_at=now,
        activated_at=now,
    )
    session.add(place)
    session.flush()
    return place


def read(client: FlaskClient, **more: str) -> str:
    answer = client.get("/portfolio/download", query_string={"vorm": "pdf", **more})
    assert answer.status_code == 200
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)


def test_it_begins_empty(session: Session, room: Class, client_as: Browser) -> None:
    client = client_as(user(session, room.author))
    html = client.get("/portfolio").get_data(as_text=True)
    assert "Nog niets om te bewaren" in html
    assert client.get("/portfolio/bestand").status_code == 200
    assert client.get("/portfolio/download?vorm=pdf").status_code == 404, "nothing is no file"


def test_it_holds_all_cohorts_also_those_that_ended_or_were_left(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    make_submitted(session, room.author, now, title="Van nu")
    author = user(session, room.author)
    place = another_place(session, room.author, now)
    other = session.get_one(Cohort, place.cohort_id)
    make_submitted(session, place, now, title="Van toen")
    place.state, other.state = "withdrawn", "closed"
    session.flush()
    client = client_as(author)
    html = client.get("/portfolio").get_data(as_text=True)
    assert "Van nu" in html
    assert "Van toen" in html
    assert "plek opgegeven" in html
    part = client.get(f"/portfolio?cohort={other.id}").get_data(as_text=True)
    assert "Van toen" in part
    assert "Van nu" not in part
    assert "Hier is niets van jou" in client.get("/portfolio?module=onzin").get_data(as_text=True)


def test_growth_comes_from_reviews_that_were_sent(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    first = make_submitted(session, room.author, now, title="Groei")
    client = client_as(user(session, room.author))
    assert "Nog geen oordelen" in client.get("/portfolio").get_data(as_text=True)
    review(session, room.trainer, first, now, "return", "Vertel meer.")
    html = client.get("/portfolio").get_data(as_text=True)
    assert "pg-growth" in html
    assert "<polyline" not in html, "one judgement is no line"
    second = submit(session, session.get_one(Reflection, first.reflection_id), now, gezien="Meer.")
    review(session, room.trainer, second, now + timedelta(hours=1))
    html = client.get("/portfolio").get_data(as_text=True)
    assert "<polyline" in html
    assert "gemiddeld" not in html.casefold()


def test_nobody_else_gets_anything(session: Session, room: Class, client_as: Browser, now: datetime) -> None:
    version = make_submitted(session, room.author, now, title="Alleen van mij", audience="trainer")
    for other in (room.peer, room.trainer):
        client = client_as(user(session, other))
        assert "Alleen van mij" not in client.get("/portfolio").get_data(as_text=True)
        assert "Alleen van mij" not in client.get("/portfolio/bestand").get_data(as_text=True)
        for form in ("pdf", "md"):
            url = f"/portfolio/download?vorm={form}&reflectie={version.reflection_id}"
            assert client.get(url).status_code == 404


def test_a_pdf_is_for_everybody(session: Session, room: Class, client_as: Browser, now: datetime) -> None:
    version = make_submitted(session, room.author, now, title="Eerste titel")
    review(session, room.trainer, version, now, message="Sterk geschreven.")
    place = another_place(session, room.author, now)
    make_reflection(session, place, now, title="Nog een concept", audience="private")
    answer = client_as(user(session, room.author)).get("/portfolio/download?vorm=pdf&feedback=1")
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Cache-Control"] == "no-store"
    found = PdfReader(BytesIO(answer.data))
    root = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert found.metadata is not None
    assert found.metadata.title == f"Portfolio van {user(session, room.author).full_name}"
    marks = [one.title for one in found.outline if not isinstance(one, list)]
    assert {"Eerste titel", "Nog een concept"} <= set(marks)
    text = " ".join(page.extract_text() for page in found.pages)
    assert "Ik wilde dat twee collega's het zelf durven." in text
    assert "Sterk geschreven." in text
    assert user(session, room.trainer).full_name in text


def test_words_of_others_go_along_only_when_asked_and_read(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    give_feedback(session, room.peer, version, now)
    client = client_as(user(session, room.author))
    assert "Je kijkt precies." not in read(client)
    assert "Je kijkt precies." not in read(client, feedback="1"), (
        "a peer may still change it until it is read"
    )
    session.execute(update(PeerFeedback).values(read_at=now))
    assert "Je kijkt precies." in read(client, feedback="1")
    assert "Vraag het hun" in read(client, feedback="1")
    assert "Je kijkt precies." not in read(client)


def test_feedback_keeps_the_questions_that_it_answered(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    """The questions of the activity may change, or another edition may have others."""
    version = make_submitted(session, room.author, now)
    given = give_feedback(session, room.peer, version, now)
    # As it may have been sent; by now nothing of it changes any more.
    session.execute(text("SET LOCAL peergang.erasing = 'on'"))
    given.asked = {
        "questions": [{"slug": "top", "question": "Wat trof je?"}],
        "criteria": [{"slug": "situatie", "label": "Je ziet een situatie voor je"}],
    }
    given.criteria = {"situatie": {"seen": "partly", "where": "Bij de leerlijn."}}
    given.read_at = now
    task = session.get_one(Activity, given.activity_id)
    task.settings = {**task.settings, "questions": [{"slug": "nieuw", "question": "Iets heel anders?"}]}
    session.flush()
    file = read(client_as(user(session, room.author)), feedback="1")
    for words in (
        "Wat trof je?",
        "Je kijkt precies.",
        "Je ziet een situatie",
        "Zie ik een beetje",
        "Bij de leerlijn.",
    ):
        assert words in file
    assert "Iets heel anders?" not in file


def test_files_are_named(session: Session, room: Class, client_as: Browser, now: datetime) -> None:
    version = make_submitted(session, room.author, now)
    file = Attachment(
        reflection_id=version.reflection_id,
        name="schoolbord.jpg",
        media_type="image/jpeg",
        size=1,
        sha256="0",
        storage_key="niets",
        uploaded_at=now,
    )
    session.add(file)
    session.flush()
    session.add(VersionAttachment(version_id=version.id, attachment_id=file.id))
    session.flush()
    client = client_as(user(session, room.author))
    assert "schoolbord.jpg" in read(client)
    assert "schoolbord.jpg" in client.get("/portfolio/download?vorm=md").get_data(as_text=True)


def test_hostile_text_is_only_text(session: Session, room: Class, client_as: Browser, now: datetime) -> None:
    answers = {
        "bereiken": HOSTILE,
        "gezien": "> citaat\n\n- een\n- twee\n\n3. drie\n\n[hier](https://voorbeeld.example)",
    }
    make_submitted(session, room.author, now, title="#eval(1) $ ] *", answers=answers)
    client = client_as(user(session, room.author))
    text = read(client, feedback="1")
    for words in (
        '#eval("1")',
        "] [ $x$",
        "#panic()",
        "<b>b</b>",
        "[grinning face]",
        "`x`",
        "citaat",
        "twee",
    ):
        assert words in text
    assert "**vet**" not in text
    markdown = client.get("/portfolio/download?vorm=md").get_data(as_text=True)
    assert HOSTILE in markdown, "the file holds what was typed"
    assert "## #eval" not in markdown, "signs in a title mean nothing"
    assert "\\#eval(1)" in markdown


def test_english_readers_get_an_english_pdf(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    make_submitted(session, room.author, now)
    author = user(session, room.author)
    author.locale = "en"
    session.flush()
    answer = client_as(author).get("/portfolio/download?vorm=pdf")
    assert PdfReader(BytesIO(answer.data)).trailer["/Root"]["/Lang"] == "en"


def test_much_comes_in_parts_and_nothing_is_left_out(
    session: Session, room: Class, client_as: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    review(session, room.trainer, make_submitted(session, room.author, now, title="Eerste stuk"), now)
    for title in ("Tweede stuk", "Derde stuk"):
        make_submitted(session, another_place(session, room.author, now), now, title=title)
    client = client_as(user(session, room.author))
    whole = read(client, feedback="1")
    monkeypatch.setattr(portfolio_file, "MOST_LETTERS", 10)
    page = client.get("/portfolio/download?vorm=pdf&feedback=1").get_data(as_text=True)
    links = re.findall(r'href="(/portfolio/download[^"]+deel=\d)"', page)
    assert len(links) == 3
    texts = [read(client, feedback="1", deel=str(number)) for number in (1, 2, 3)]
    for title in ("Eerste stuk", "Tweede stuk", "Derde stuk"):
        assert title in whole
        assert sum(title in text.split("Langs de criteria")[0] for text in texts) == 1
    assert "Langs de criteria" in texts[-1]
    assert client.get("/portfolio/download?vorm=md").status_code == 200


def test_one_reflection_that_is_too_much_is_said(
    session: Session, room: Class, client_as: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_submitted(session, room.author, now)
    monkeypatch.setattr(portfolio_file, "MOST_IN_ONE", 10)
    client = client_as(user(session, room.author))
    answer = client.get("/portfolio/download?vorm=pdf")
    assert answer.status_code == 422
    assert "te veel voor één PDF" in answer.get_data(as_text=True)
    assert client.get("/portfolio/download?vorm=md").status_code == 200


def test_as_many_statements_for_many_as_for_few(
    session: Session, room: Class, client_as: Browser, now: datetime, connection: Connection
) -> None:
    def ask() -> int:
        with counting(connection) as statements:
            assert client.get("/portfolio").status_code == 200
        return len(statements)

    author = user(session, room.author)
    make_submitted(session, room.author, now)
    client = client_as(author)
    ask()
    few = ask()
    for _ in range(4):
        place = another_place(session, room.author, now)
        trainer = make_trainer(session, session.get_one(Cohort, place.cohort_id))
        review(session, trainer, make_submitted(session, place, now), now)
    assert ask() == few
