"""What somebody sees of where their reflection is, and what a trainer sees of work without feedback."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.coursework.models import Reflection
from peergang.identity.models import User
from tests.factories.coursework import Class, give_feedback, make_class, make_submitted

Browser = Callable[[User], FlaskClient]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_now(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def page(session: Session, client_as: Browser, who: Enrolment, path: str) -> str:
    return client_as(session.get_one(User, who.user_id)).get(path).get_data(as_text=True)


def test_the_author_sees_whom_they_wait_for_and_others_see_nothing_of_it(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    names = [session.get_one(User, one.user_id).given_name for one in (room.peer, room.other_peer)]
    path = f"/reflecties/{version.reflection_id}"
    for url in (path, "/reflecties", "/deze-week"):
        html = page(session, client_as, room.author, url)
        assert 'aria-current="step"' in html, url
        assert "Je wacht op" in html, url
        assert all(name in html for name in names), url
        assert "Je groep heeft tot" in html, url
    assert "door naar mijn trainer" not in page(session, client_as, room.author, path)
    for reader in (room.peer, room.trainer):
        assert "De weg van deze reflectie" not in page(session, client_as, reader, path)


def test_with_the_feedback_in_there_is_a_button_and_a_next_step(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    for giver in (room.peer, room.other_peer):
        give_feedback(session, giver, version, now).read_at = now
    session.flush()
    author = client_as(session.get_one(User, room.author.user_id))
    path = f"/reflecties/{version.reflection_id}"
    assert "Alle feedback is binnen." in author.get("/deze-week").get_data(as_text=True)
    html = author.get(path).get_data(as_text=True)
    assert "Niets te veranderen, door naar mijn trainer" in html
    done = author.post(f"{path}/doorsturen")
    assert (done.status_code, done.location) == (303, path)
    assert session.get_one(Reflection, version.reflection_id).for_trainer_at == now
    assert "Je reflectie ligt nu bij je trainer" in author.get(path).get_data(as_text=True)


def test_handing_on_too_early_says_why(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    author = client_as(session.get_one(User, room.author.user_id))
    path = f"/reflecties/{version.reflection_id}"
    author.post(f"{path}/doorsturen")
    assert "Je groep heeft nog tijd om te reageren." in author.get(path).get_data(as_text=True)


def test_a_trainer_gives_the_feedback_or_asks_somebody(
    session: Session, room: Class, client_as: Browser, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, peers_first=True, title="Nog niets terug")
    mate = session.get_one(User, room.peer.user_id)
    with time_machine.travel(now + 60 * DAY, tick=False):
        trainer = client_as(session.get_one(User, room.trainer.user_id))
        html = trainer.get("/beoordelen", follow_redirects=True).get_data(as_text=True)
        assert "Nog zonder feedback van de groep" in html
        assert f"{mate.full_name} (al gevraagd)" in html
        url = f"/beoordelen/zonder-feedback/{version.reflection_id}"
        for nobody in ("niemand", ""):
            assert trainer.post(url, data={"giver": nobody}).status_code == 303
            assert session.get_one(Reflection, version.reflection_id).for_trainer_at is None
        assert trainer.post(url, data={"giver": str(room.peer.id)}).status_code == 303
        html = trainer.get("/beoordelen", follow_redirects=True).get_data(as_text=True)
        assert "Nog zonder feedback van de groep" not in html
    with time_machine.travel(now + 70 * DAY, tick=False):
        trainer = client_as(session.get_one(User, room.trainer.user_id))
        done = trainer.post(url, data={"myself": "1"})
        assert done.location == f"/beoordelen/{version.reflection_id}"
        assert session.get_one(Reflection, version.reflection_id).for_trainer_at == now + 70 * DAY
