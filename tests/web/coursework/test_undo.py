"""The ten seconds after pressing send, as a trainer without scripts meets them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.coursework.actions.holding import send_held_reviews
from peergang.coursework.models import Reflection, ReflectionVersion, Review
from peergang.identity.models import User
from tests.factories.coursework import Class, make_class, make_submitted

Browser = Callable[[User], FlaskClient]


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def still(now: datetime) -> Iterator[None]:
    """The ten seconds are counted by the tests, not by how busy the machine is."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now - timedelta(days=1))


@pytest.fixture
def trainer(session: Session, room: Class, client_as: Browser) -> FlaskClient:
    return client_as(session.get_one(User, room.trainer.user_id))


def press_send(trainer: FlaskClient, version: ReflectionVersion, **more: str) -> str:
    form = {"version": str(version.id), "revision": "0", "decision": "approve", "message": "Mooi."} | more
    answer = trainer.post(f"/beoordelen/{version.reflection_id}", data=form)
    assert answer.status_code == 303
    return str(answer.location)


def test_the_next_one_opens_with_a_bar_to_take_it_back(
    session: Session, room: Class, trainer: FlaskClient, now: datetime
) -> None:
    first, second = make_submitted(session, room.author, now), make_submitted(session, room.peer, now)
    name = session.get_one(User, room.author.user_id).given_name
    after = press_send(trainer, first)
    assert after == f"/beoordelen/{second.reflection_id}"
    html = trainer.get(after).get_data(as_text=True)
    assert f"Verstuurd naar {name}." in html
    assert f"/beoordelen/{first.reflection_id}/ongedaan" in html
    itself = trainer.get(f"/beoordelen/{first.reflection_id}").get_data(as_text=True)
    assert "Heel even kun je dit nog terugnemen" in itself
    assert 'id="besluit"' not in itself
    back = trainer.post(f"/beoordelen/{first.reflection_id}/ongedaan")
    assert back.location == f"/beoordelen/{first.reflection_id}"
    html = trainer.get(back.location).get_data(as_text=True)
    assert "Alles staat er nog zoals het was." in html
    assert 'value="approve" checked' in html.replace("\n", " ").replace("  ", " ") or "checked" in html
    assert "Mooi." in html
    assert "data-held=" not in trainer.get(after).get_data(as_text=True)


def test_the_bar_goes_by_itself(session: Session, room: Class, trainer: FlaskClient, now: datetime) -> None:
    after = press_send(trainer, make_submitted(session, room.author, now))
    assert after == "/beoordelen"
    assert "data-held=" in trainer.get(after).get_data(as_text=True), "also when nothing waits any more"
    with time_machine.travel(now + timedelta(seconds=15), tick=False):
        assert "data-held=" not in trainer.get(after).get_data(as_text=True)


def test_too_late_is_said_kindly(session: Session, room: Class, trainer: FlaskClient, now: datetime) -> None:
    version = make_submitted(session, room.author, now)
    press_send(trainer, version)
    send_held_reviews(session, now + timedelta(seconds=20))
    session.commit()
    for step in ("ongedaan", "wacht"):
        answer = trainer.post(f"/beoordelen/{version.reflection_id}/{step}")
        assert answer.status_code == 303
        html = trainer.get(f"/beoordelen/{version.reflection_id}").get_data(as_text=True)
        assert "Ongedaan maken kon niet meer" in html
    assert session.query(Review).one().sent_at is not None


def test_pressing_twice_is_pressing_once(
    session: Session, room: Class, trainer: FlaskClient, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    press_send(trainer, version)
    press_send(trainer, version, revision="1")
    assert session.query(Review).one().held_until is not None


def test_a_minute_more(session: Session, room: Class, trainer: FlaskClient, now: datetime) -> None:
    version = make_submitted(session, room.author, now)
    press_send(trainer, version)
    trainer.post(f"/beoordelen/{version.reflection_id}/wacht")
    html = trainer.get("/beoordelen").get_data(as_text=True)
    assert 'data-held="60"' in html or 'data-held="59"' in html
    assert send_held_reviews(session, now + timedelta(seconds=30)) == 0


def test_autosave_of_another_tab_does_not_get_in_between(
    session: Session, room: Class, trainer: FlaskClient, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    press_send(trainer, version)
    answer = trainer.post(
        f"/beoordelen/{version.reflection_id}/concept?versie={version.id}",
        json={"revision": 1, "fields": {"message": "Toch anders"}},
    )
    assert answer.status_code == 422
    assert "wordt nu verstuurd" in answer.json["message"]
    assert session.query(Review).one().message == "Mooi."
    assert session.get_one(Reflection, version.reflection_id).state == "in_review"
