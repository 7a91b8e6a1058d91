"""The page on which an admin erases somebody, and the pages of others afterwards."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.coursework.models import Attachment, Comment, ReflectionVersion
from peergang.identity.models import RoleGrant, User
from peergang.privacy.forms import ERASE_TEXTS
from peergang.web.files import files
from tests.factories.cohorts import make_participant
from tests.factories.coursework import (
    Class,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
    submit,
)
from tests.factories.discussion import make_thread, reply
from tests.factories.files import attach
from tests.factories.identity import make_organiser, make_user

Browser = Callable[[User], FlaskClient]
NAME, WORDS, NOBODY = "Zwaluwstaart", "zeldzaamwoord", "Iemand die niet meer meedoet"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    room = make_class(session, now)
    user = session.get_one(User, room.author.user_id)
    user.given_name, user.email = NAME, f"{NAME.lower()}@school.example"
    # Kept, also when a request that is refused takes its own work back.
    session.commit()
    return room


@pytest.fixture
def admin(session: Session, client_as: Browser) -> FlaskClient:
    person = make_user(session, "Bo", "Beheer")
    session.add(RoleGrant(user_id=person.id, role="admin"))
    session.flush()
    return client_as(person)


def person(session: Session, enrolment: object) -> User:
    return session.get_one(User, enrolment.user_id)  # type: ignore[attr-defined]


def url(room: Class) -> str:
    return f"/beheer/personen/{room.author.user_id}/wissen"


def send(admin: FlaskClient, room: Class, **more: str):  # type: ignore[no-untyped-def]
    form = {"reason": "eigen verzoek van 3 november", "typed": f"{NAME.lower()}@school.example"}
    return admin.post(url(room), data=form | more)


def test_a_slip_is_said_at_its_field_and_erases_nothing(
    session: Session, admin: FlaskClient, room: Class
) -> None:
    page = admin.get(f"/beheer/rollen/{room.author.user_id}")
    assert page.status_code != 200 or url(room) in page.text
    assert "Dit kun je niet terugdraaien." in admin.get(url(room)).text
    answer = send(admin, room, typed="iemand@anders.example")
    assert answer.status_code == 422
    assert str(ERASE_TEXTS["differs"]) in unescape(answer.text)
    assert "eigen verzoek van 3 november" in answer.text
    named = send(admin, room, reason=f"verzoek van {NAME}")
    assert str(ERASE_TEXTS["names"]) in unescape(named.text)
    session.expire_all()
    assert person(session, room.author).given_name == NAME


def test_pages_of_others_open_and_hold_no_name_or_word(
    app: Flask, session: Session, client_as: Browser, admin: FlaskClient, room: Class, now: datetime
) -> None:
    answers = {"bereiken": f"Een {WORDS} hier.", "gezien": f"Nog een {WORDS}."}
    reflection = make_reflection(session, room.author, now, title=WORDS, audience="cohort", answers=answers)
    attach(session, room.author, reflection.activity_id, now)
    version = submit(session, reflection, now, peers_first=True)
    given = give_feedback(session, room.peer, version, now)
    session.add(
        Comment(
            version_id=version.id,
            author_id=room.peer.user_id,
            prompt="gezien",
            quote=WORDS,
            body="Vertel hier meer over.",
            created_at=now,
        )
    )
    theirs = make_submitted(session, room.peer, now)
    received = give_feedback(session, room.author, theirs, now)
    thread = make_thread(session, room.author, now, f"Een {WORDS}.", title=WORDS)
    reply(session, room.peer, thread, now, "Ik denk mee.")
    session.commit()
    keys = [one.storage_key for one in session.query(Attachment)]
    assert send(admin, room).status_code == 303
    session.expire_all()
    assert session.query(Attachment).count() == 0
    with app.app_context():
        assert keys
        for key in keys:
            with pytest.raises(Exception, match=key):
                files().open(key)
    peer, trainer = client_as(person(session, room.peer)), client_as(person(session, room.trainer))
    organiser = client_as(make_organiser(session))
    pages = {
        f"/feedback/gegeven/{given.id}": (peer, "Vertel hier meer over."),
        "/feedback/gegeven": (peer, NOBODY),
        "/feedback": (peer, "Feedback geven"),
        f"/reflecties/{theirs.reflection_id}": (peer, NOBODY),
        f"/gesprek/{thread.id}": (peer, "Ik denk mee."),
        "/portfolio": (peer, ""),
        "/beoordelen": (trainer, ""),
        f"/cohorten/{room.cohort.id}": (trainer, ""),
        f"/cohorten/{room.cohort.id}/deelnemers": (organiser, NOBODY),
        f"/cohorten/{room.cohort.id}/voortgang": (trainer, ""),
        "/deelname": (organiser, ""),
        "/mensen": (organiser, ""),
        f"/mensen/{room.author.user_id}": (organiser, NOBODY),
        f"/beheer/personen/{room.author.user_id}/wissen": (admin, "Deze gegevens zijn gewist"),
        "/beheer/logboek": (admin, "eigen verzoek van 3 november"),
    }
    broken = []
    for address, (reader, there) in pages.items():
        answer = reader.get(address)
        if answer.status_code != 200 or there not in answer.text:
            broken.append((address, answer.status_code))
        assert NAME.lower() not in answer.text.lower(), address
        assert WORDS not in answer.text, address
    assert not broken
    assert received.answers["top"] == "Je kijkt precies."
    assert session.get_one(ReflectionVersion, version.id).title != WORDS


def test_only_admins_and_once(session: Session, client_as: Browser, admin: FlaskClient, room: Class) -> None:
    organiser = client_as(make_organiser(session))
    assert organiser.get(url(room)).status_code == 404
    assert send(organiser, room).status_code == 404
    other = make_participant(session, room.cohort)
    session.commit()
    assert send(admin, room).status_code == 303
    again = send(admin, room)
    assert "Deze gegevens zijn gewist" in again.text
    session.expire_all()
    assert person(session, other).erased_at is None
