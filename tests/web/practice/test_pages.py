"""The pages of the library."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.identity.models import User
from peergang.practice.models import PracticeExample
from tests.factories.identity import make_organiser, make_user
from tests.factories.practice import make_adoption, make_example

ClientAs = Callable[[User], FlaskClient]
WHOLE = {
    "title": "Turflijst bij het koffieapparaat",
    "summary": "Twee weken bijhouden welke vragen je echt krijgt.",
    "context": "Niemand kwam naar mijn inloopuur.",
    "approach": "Hang een lijst op.\nTurf twee weken.",
    "result": "Elf vragen.",
    "learned": "Ga naar de mensen toe.",
    "main_question": "2b",
    "sector": "technology",
    "licence": "cc-by-4.0",
}


def test_anyone_in_the_network_finds_an_example(client_as: ClientAs, session: Session, now: datetime) -> None:
    example = make_example(session, make_user(session), now, title="Meekijkles van tien minuten")
    client = client_as(make_user(session))
    page = client.get("/bibliotheek/?q=meekijklessen").text
    assert "1 voorbeeld" in page
    assert f"/bibliotheek/{example.id}" in page


def test_stop_words_only_are_answered_kindly(client_as: ClientAs, session: Session, now: datetime) -> None:
    make_example(session, make_user(session), now)
    page = client_as(make_user(session)).get("/bibliotheek/?q=de+het+een").text
    assert "Deze woorden staan in bijna elke tekst" in page
    assert "1 voorbeeld" in page


def test_nothing_found_offers_a_way_on(client_as: ClientAs, session: Session) -> None:
    page = client_as(make_user(session)).get("/bibliotheek/?q=zeeolifant").text
    assert "Hier is nog niets over gedeeld" in page
    assert "Toon alles" in page


def test_a_draft_of_somebody_else_does_not_exist(
    client_as: ClientAs, session: Session, now: datetime
) -> None:
    draft = make_example(session, make_user(session), now, state="draft")
    client = client_as(make_organiser(session))
    assert client.get(f"/bibliotheek/{draft.id}").status_code == 404
    assert client.get(f"/bibliotheek/{draft.id}/schrijven").status_code == 404
    assert client.get(f"/bibliotheek/{uuid4()}").status_code == 404


def test_writing_and_sharing(client_as: ClientAs, session: Session) -> None:
    author = make_user(session)
    client = client_as(author)
    client.post("/bibliotheek/nieuw", data={**WHOLE, "actie": "bewaren"})
    [example] = session.scalars(select(PracticeExample).where(PracticeExample.author_id == author.id))
    assert (example.state, example.title) == ("draft", WHOLE["title"])
    answer = client.post(
        f"/bibliotheek/{example.id}/schrijven",
        data={**WHOLE, "actie": "delen", "no_student_data": "y", "revision": "0"},
    )
    assert answer.headers["Location"] == f"/bibliotheek/{example.id}"
    page = client.get(f"/bibliotheek/{example.id}").text
    assert "Turf twee weken." in page
    session.refresh(example)
    assert example.state == "published"


def test_sharing_too_early_keeps_what_was_typed(client_as: ClientAs, session: Session) -> None:
    client = client_as(make_user(session))
    answer = client.post("/bibliotheek/nieuw", data={**WHOLE, "result": "", "actie": "delen"})
    assert answer.status_code == 422
    assert re.search(r"<title>\s*Fout:", answer.text)
    assert "Niemand kwam naar mijn inloopuur." in answer.text
    assert "Vul dit nog in voordat je het deelt." in answer.text


def test_a_paste_of_two_megabytes_gets_words(client_as: ClientAs, session: Session) -> None:
    client = client_as(make_user(session))
    answer = client.post("/bibliotheek/nieuw", data={**WHOLE, "context": "x" * 2_000_000})
    assert answer.status_code == 422
    assert "Dit is te lang: 2000000 tekens" in answer.text
    assert "x" * 2_000_000 in answer.text
    assert session.scalar(select(PracticeExample)) is None


def test_two_tabs_are_told_of_each_other(client_as: ClientAs, session: Session, now: datetime) -> None:
    author = make_user(session)
    example = make_example(session, author, now, state="draft")
    client = client_as(author)
    url = f"/bibliotheek/{example.id}/schrijven"
    client.post(url, data={**WHOLE, "title": "Eerste tab", "revision": "0"})
    answer = client.post(url, data={**WHOLE, "title": "Tweede tab", "revision": "0"})
    assert answer.status_code == 409
    assert "Tweede tab" in answer.text
    assert "intussen ergens anders bewaard" in answer.text
    session.expire_all()
    assert session.get_one(PracticeExample, example.id).title == "Eerste tab"


def test_an_experience_needs_an_outcome_and_words(
    client_as: ClientAs, session: Session, now: datetime
) -> None:
    example = make_example(session, make_user(session), now)
    client = client_as(make_user(session))
    url = f"/bibliotheek/{example.id}/ervaring"
    answer = client.post(url, data={"note": "Ging goed in onze keuken."})
    assert answer.status_code == 422
    assert "Ging goed in onze keuken." in answer.text
    assert client.post(url, data={"outcome": "gelogen", "note": "x"}).status_code == 422
    assert client.post(url, data={"outcome": "partly", "note": "Ging goed."}).status_code == 303
    assert "Ging goed." in client.get(f"/bibliotheek/{example.id}").text


def test_text_of_people_is_escaped(client_as: ClientAs, session: Session, now: datetime) -> None:
    example = make_example(session, make_user(session), now, context="<script>alert(1)</script>")
    page = client_as(make_user(session)).get(f"/bibliotheek/{example.id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_number_of_queries_does_not_grow(
    client_as: ClientAs, session: Session, now: datetime, count_queries: Callable[[], list[str]]
) -> None:
    author = make_user(session)
    client = client_as(make_user(session))

    def queries() -> int:
        statements = count_queries()
        statements.clear()
        assert client.get("/bibliotheek/").status_code == 200
        return len(statements)

    for _ in range(3):
        make_adoption(session, make_example(session, author, now), make_user(session), now)
    few = queries()
    for _ in range(30):
        make_adoption(session, make_example(session, author, now), make_user(session), now)
    assert queries() == few <= 10
