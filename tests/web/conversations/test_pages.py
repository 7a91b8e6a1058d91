"""Preparing a conversation with a card, and the private log."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import uuid4

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.conversations.models import Conversation
from peergang.curriculum.models import ConversationQuestion, Edition, Module, Topic
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_trainer
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser, make_user

ClientAs = Callable[[User], FlaskClient]
FORM = {
    "held_on": "2026-11-16",
    "figure": "school_leader",
    "topic_code": "",
    "notes": "Mijn diepste gedachten.",
    "agreements": "We proberen het twee weken.",
    "follow_up_on": "2026-12-01",
}


@pytest.fixture(autouse=True)
def _at_now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def edition(session: Session) -> Edition:
    return make_edition(session, slug="peergang", modules=2)


@pytest.fixture
def client(session: Session, edition: Edition, client_as: ClientAs) -> FlaskClient:
    return client_as(make_user(session))


def questions(session: Session, edition: Edition, *texts: str) -> list[ConversationQuestion]:
    """Questions for a team leader about the first topic."""
    module = session.scalars(
        select(Module).where(Module.edition_id == edition.id).order_by(Module.position)
    ).first()
    assert module is not None
    topic = session.scalars(
        select(Topic).where(Topic.module_id == module.id).order_by(Topic.position)
    ).first()
    assert topic is not None
    made = [
        ConversationQuestion(
            topic_id=topic.id,
            slug=f"v{index}",
            position=index,
            figure="school_leader",
            theme="culture",
            text=text,
        )
        for index, text in enumerate(texts, start=10)
    ]
    session.add_all(made)
    session.commit()
    return made


def on_card(page: str) -> list[str]:
    """The questions on the card, in their order."""
    body = page.split('class="pg-card__body"')[1].split("<ol>")[1].split("</ol>", maxsplit=1)[0]
    return [text.strip() for text in re.findall(r"<li>(.*?)</li>", body, re.DOTALL)]


def test_an_empty_log_says_what_it_is_for(client: FlaskClient) -> None:
    page = client.get("/gesprekken").text
    assert "Nog geen gesprekken vastgelegd" in page
    assert "/gesprekken/kaart" in page


def test_log_correct_and_remove(client: FlaskClient, session: Session) -> None:
    page = client.get("/gesprekken/nieuw").text
    assert 'value="2026-11-17"' in page
    assert client.post("/gesprekken/nieuw", data=FORM | {"topic_code": "peergang/1.1"}).status_code == 303
    page = client.get("/gesprekken").text
    for text in (
        "We proberen het twee weken.",
        "maandag 16 november",
        "1.1",
        "Onderwerp 1.1",
        "dinsdag 1 december",
    ):
        assert text in page
    conversation = session.scalars(select(Conversation)).one()
    path = f"/gesprekken/{conversation.id}"
    assert "Mijn diepste gedachten." in client.get(path).text
    assert client.post(path, data=FORM | {"notes": "Anders.", "follow_up_on": ""}).status_code == 303
    assert "Anders." in client.get(path).text
    asked = client.get(f"{path}/verwijderen").text
    assert "Dit gesprek verwijderen?" in asked
    assert client.post(f"{path}/verwijderen").status_code == 303
    assert client.get(path).status_code == 404
    assert client.post(f"{path}/verwijderen").status_code == 404


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"held_on": "2026-11-18"}, "Die ligt niet in de toekomst"),
        ({"held_on": ""}, "Vul een dag in"),
        ({"held_on": "ergens in november"}, "Vul een dag in"),
        ({"figure": ""}, "Kies met wie je sprak."),
        ({"figure": "koning"}, "Kies met wie je sprak."),
        ({"topic_code": "9.9"}, "Kies een onderwerp uit de lijst."),
        ({"follow_up_on": "2026-11-01"}, "Kies een dag na het gesprek."),
        ({"follow_up_on": "morgen"}, "Vul een dag in"),
        ({"agreements": "lang " * 1001}, "Maak deze tekst korter"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_lost(
    client: FlaskClient, session: Session, changed: dict[str, str], message: str
) -> None:
    answer = client.post("/gesprekken/nieuw", data=FORM | changed)
    assert answer.status_code == 422
    assert message in answer.text
    assert "Mijn diepste gedachten." in answer.text
    assert re.search(r"<title>\s*Fout:", answer.text)
    assert session.scalars(select(Conversation)).all() == []


def test_a_day_may_be_written_the_dutch_way(client: FlaskClient, session: Session) -> None:
    assert client.post("/gesprekken/nieuw", data=FORM | {"held_on": "16-11-2026"}).status_code == 303
    assert session.scalars(select(Conversation)).one().held_on.isoformat() == "2026-11-16"


def test_notes_are_for_nobody_else(session: Session, now: datetime, client_as: ClientAs) -> None:
    author = make_user(session)
    client_as(author).post("/gesprekken/nieuw", data=FORM)
    conversation = session.scalars(select(Conversation)).one()
    trainer = make_user(session)
    make_trainer(session, make_cohort(session, now), user=trainer)
    for other in (make_organiser(session), trainer, make_user(session)):
        client = client_as(other)
        path = f"/gesprekken/{conversation.id}"
        assert client.get(path).status_code == 404
        assert client.post(path, data=FORM | {"notes": "Gestolen."}).status_code == 404
        assert client.get(f"{path}/verwijderen").status_code == 404
        assert client.post(f"{path}/verwijderen").status_code == 404
        assert "diepste" not in client.get("/gesprekken").text
    session.expire_all()
    assert session.scalars(select(Conversation)).one().notes == "Mijn diepste gedachten."


def test_a_card_begins_with_four_questions(client: FlaskClient, session: Session, edition: Edition) -> None:
    questions(session, edition, "Een?", "Twee?", "Drie?", "Vier?", "Vijf?")
    page = client.get("/gesprekken/kaart?wie=school_leader").text
    assert on_card(page) == ["Een?", "Twee?", "Drie?", "Vier?"]
    assert "4 van de 5 gekozen" in page
    assert "In gesprek met een teamleider of schoolleider" in page


def test_the_address_holds_choice_order_and_own_questions(
    client: FlaskClient, session: Session, edition: Edition
) -> None:
    first, second, third = questions(session, edition, "Een?", "Twee?", "Drie?")
    base = f"/gesprekken/kaart?wie=school_leader&onderwerp=1.1&vraag={third.id}&vraag={first.id}"
    assert on_card(client.get(base).text) == ["Drie?", "Een?"]
    assert on_card(client.get(f"{base}&omhoog={first.id}").text) == ["Een?", "Drie?"]
    assert on_card(client.get(f"{base}&omlaag={third.id}").text) == ["Een?", "Drie?"]
    page = client.get(f"{base}&eigen=Wat+<nu>%3F&eigen=&begin=Dag").text
    assert on_card(page) == ["Drie?", "Een?", "Wat &lt;nu&gt;?"]
    assert "Dag</p>" in page
    assert str(second.id) in page


def test_nothing_chosen_stays_nothing_until_the_topic_changes(
    client: FlaskClient, session: Session, edition: Edition
) -> None:
    questions(session, edition, "Een?")
    page = client.get("/gesprekken/kaart?wie=school_leader").text
    (key,) = re.findall(r'name="gekozen" value="([^"]*)"', page)
    assert (
        on_card(client.get("/gesprekken/kaart", query_string={"wie": "school_leader", "gekozen": key}).text)
        == []
    )
    page = client.get("/gesprekken/kaart", query_string={"wie": "teacher", "gekozen": key}).text
    assert on_card(page) == ["Wat speelt er?", "Wat speelt er?"]


def test_strange_addresses_still_give_a_card(client: FlaskClient) -> None:
    for query in ("wie=koning", "module=onzin", "onderwerp=99", "vraag=x&omhoog=y", "begin=" + "x" * 5000):
        assert client.get(f"/gesprekken/kaart?{query}").status_code == 200
    assert client.get(f"/gesprekken/kaart?module={uuid4()}").status_code == 404


def test_an_older_edition_keeps_its_cards(client: FlaskClient, session: Session, edition: Edition) -> None:
    old = session.scalars(select(Module).where(Module.edition_id == edition.id)).first()
    assert old is not None
    newer = Edition(
        programme_id=edition.programme_id, number=2, checksum="nieuw", loaded_at=edition.loaded_at, title="Nieuw",
        title_en="", summary="", summary_en="", sign="peergang", body_html="",
    )  # fmt: skip
    session.add(newer)
    session.commit()
    assert client.get(f"/gesprekken/kaart?module={old.id}").status_code == 200
    assert "Er zijn nog geen gespreksvragen" in client.get("/gesprekken/kaart").text
