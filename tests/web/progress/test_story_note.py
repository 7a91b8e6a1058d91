"""A note on the story of a participant: who may write and read it, and what comes back when it cannot be kept."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.identity.models import RoleGrant, User
from peergang.progress.models import CallNote
from tests.factories.identity import make_user
from tests.web.progress.conftest import Network
from tests.web.progress.test_story import path, text_of

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
WORDS = "Ze komt volgende keer weer"


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def notes_of(session: Session) -> list[CallNote]:
    session.expire_all()
    return list(session.scalars(select(CallNote)))


def test_it_is_written_read_and_thrown_away(network: Network, client_as: ClientAs, session: Session) -> None:
    trainer, url = client_as(network.trainer), path(network, "Anna")
    page = text_of(trainer, url)
    assert "Noteer een gesprek" in page
    assert "Alleen de trainers van dit cohort en organisatoren lezen dit." in page
    answer = trainer.post(f"{url}/notitie", data={"words": f" {WORDS} ", "spoke_with": "Anna"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{url}#gesprekken")
    page = text_of(trainer, url)
    assert WORDS in page
    assert "Tess Trainer sprak Anna" in page
    (note,) = notes_of(session)
    assert (note.enrolment_id, note.words) == (network.people["Anna"].id, WORDS)
    organiser = client_as(network.organiser)
    assert WORDS in text_of(organiser, url)
    remove = f"/deelname/notities/{note.id}/verwijderen"
    assert remove not in organiser.get(url).text
    assert WORDS not in text_of(organiser, path(network, "Bram")), "of nobody else"
    gone = trainer.post(remove)
    assert (gone.status_code, gone.headers["Location"]) == (303, f"{url}#gesprekken")
    assert notes_of(session) == []


def test_pressing_twice_keeps_one_note(network: Network, client_as: ClientAs, session: Session) -> None:
    trainer, url = client_as(network.trainer), path(network, "Anna")
    found = re.search(r'name="key" type="hidden" value="([^"]+)"', trainer.get(url).text)
    assert found
    for _ in range(2):
        answer = trainer.post(f"{url}/notitie", data={"words": WORDS, "key": found[1]})
        assert answer.status_code == 303
    assert len(notes_of(session)) == 1


def test_what_cannot_be_kept_comes_back(network: Network, client_as: ClientAs, session: Session) -> None:
    trainer, url = client_as(network.trainer), f"{path(network, 'Anna')}/notitie"
    empty = trainer.post(url, data={"words": " ", "spoke_with": "Haar teamleider"})
    assert empty.status_code == 422
    assert "Fout:" in empty.text
    assert "Schrijf kort op waar het over ging." in empty.text
    assert "Haar teamleider" in empty.text
    late = trainer.post(url, data={"words": WORDS, "next_on": "2020-01-01"})
    assert late.status_code == 422
    assert "Kies vandaag of een latere dag." in late.text
    assert WORDS in late.text
    assert notes_of(session) == []


def test_others_neither_read_nor_write(network: Network, client_as: ClientAs, session: Session) -> None:
    url = path(network, "Anna")
    client_as(network.trainer).post(f"{url}/notitie", data={"words": WORDS})
    admin = make_user(session)
    session.add(RoleGrant(user_id=admin.id, role="admin"))
    session.commit()
    anna = session.get_one(User, network.people["Anna"].user_id)
    bram = session.get_one(User, network.people["Bram"].user_id)
    contact = session.query(User).filter_by(given_name="Pim", family_name="Vogelkers").one()
    for who in (admin, anna, bram, contact):
        assert client_as(who).post(f"{url}/notitie", data={"words": "x"}).status_code == 404
    dirk = f"{path(network, 'Dirk')}/notitie"
    assert client_as(network.trainer).post(dirk, data={"words": "x"}).status_code == 404
    crossed = f"/cohorten/{network.cohort.id}/deelnemers/{network.people['Dirk'].id}/notitie"
    assert client_as(network.organiser).post(crossed, data={"words": "x"}).status_code == 404
    assert len(notes_of(session)) == 1
    # An admin who said why sees the story, but not what was agreed.
    client = client_as(admin)
    client.get(url)
    client.post("/reden", data={"reason": "een vraag van een instelling"})
    shown = client.get(url)
    assert shown.status_code == 200
    assert WORDS not in shown.text
    assert "Noteer een gesprek" not in shown.text
