"""The pages say which rule completes an activity, what is missing, and once complete by which evidence."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.coursework.models import Reflection
from peergang.identity.models import User
from tests.counting import counting
from tests.factories.coursework import (
    Class,
    find_activity,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
    review,
)

Browser = Callable[[User], FlaskClient]
RULE = "Klaar zodra je trainer de reflectie met je afrondt."


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now - timedelta(days=1))


def user(session: Session, enrolment: object) -> User:
    return session.get_one(User, enrolment.user_id)  # type: ignore[attr-defined]


def module_url(session: Session, room: Class) -> str:
    return f"/modules/{find_activity(session, room.cohort).module_id}"


def test_a_reflection_from_draft_to_done(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    reflection = make_reflection(session, room.author, now)
    write = f"/reflecties/opdracht/{reflection.activity_id}/schrijven"
    browser = client_as(user(session, room.author))
    page = browser.get(write).text
    assert RULE in page
    assert "staat klaar" in page
    reflection.audience = "private"
    session.commit()
    assert "Je schrijft nu alleen voor jezelf." in browser.get(write).text


def test_where_it_waits_and_what_proved_it(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    browser = client_as(user(session, room.author))
    read = f"/reflecties/{version.reflection_id}"
    for url, words in (
        (read, "Je groep leest je tekst"),
        (module_url(session, room), "Eerst leest je groep, daarna je trainer."),
    ):
        page = browser.get(url).text
        assert RULE in page
        assert words in page
    assert "Eerst leest je groep" not in browser.get(read).text, "one line says it"
    reflection = session.get_one(Reflection, version.reflection_id)
    reflection.for_trainer_at, reflection.promised_on = now, now.date() + timedelta(days=9)
    session.commit()
    page = browser.get(read).text
    assert page.count("Je trainer antwoordt uiterlijk") == 1
    for other in ("Je trainer is aan de beurt.", "Je tekst ligt bij je trainer."):
        assert other not in page, "one line says it"
    user(session, room.trainer).given_name = "Marijke"
    review(session, room.trainer, version, now)
    session.commit()
    page = browser.get(module_url(session, room)).text
    assert "door de beoordeling van Marijke." in page
    assert f'href="/reflecties/{version.reflection_id}"' in page
    page = browser.get(read).text
    assert page.count("door de beoordeling van Marijke.") == 1
    assert "rondde haar met je af" not in page, "one line says it"
    trainer = client_as(user(session, room.trainer)).get(read).text
    assert RULE not in trainer
    assert "door de beoordeling van" not in trainer


def test_with_all_feedback_in_the_editor_does_not_wait_for_the_group(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    reflection = session.get_one(Reflection, version.reflection_id)
    browser = client_as(user(session, room.author))
    write = f"/reflecties/opdracht/{reflection.activity_id}/schrijven"
    assert "Je wacht op" in browser.get(write).text
    for giver in (room.peer, room.other_peer):
        give_feedback(session, giver, version, now)
    page = browser.get(write).text
    assert RULE in page
    assert "Alle feedback is binnen." in page
    assert "leest je groep" not in page
    assert "Nu leest je groep" not in browser.get(module_url(session, room)).text


def test_feedback_says_how_many_of_how_many(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    first, second = make_submitted(session, room.author, now), make_submitted(session, room.other_peer, now)
    given = give_feedback(session, room.peer, first, now)
    browser = client_as(user(session, room.peer))
    for url in (f"/feedback/{second.id}", module_url(session, room)):
        page = browser.get(url).text
        assert "Klaar zodra je genoeg groepsgenoten feedback gaf." in page
        assert "Je gaf feedback aan 1 van de 2." in page
    last = give_feedback(session, room.peer, second, now)
    session.commit()
    page = browser.get(module_url(session, room)).text
    assert "met de feedback die je gaf." in page
    assert f"/feedback/gegeven/{last.id}" in page
    assert browser.get(f"/feedback/gegeven/{last.id}").status_code == 200
    assert given.id != last.id


def test_a_conversation_and_a_topic_say_their_rule(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    task = find_activity(session, room.cohort, "conversation")
    browser = client_as(user(session, room.author))
    url = f"/opdrachten/{task.id}/gesprek"
    assert "Klaar zodra je het gesprek vastlegt." in browser.get(url).text
    record_completion(session, room.author.id, task.id, completed_at=now, evidence_kind="conversation")
    session.commit()
    page = browser.get(url).text
    assert "met het gesprek dat je vastlegde." in page
    assert 'href="/gesprekken"' in page


def test_evidence_of_a_kind_without_words_still_has_a_date(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    task = find_activity(session, room.cohort, "practice_example")
    record_completion(session, room.author.id, task.id, completed_at=now, evidence_kind="iets_nieuws")
    session.commit()
    page = client_as(user(session, room.author)).get(module_url(session, room)).text
    assert "Afgerond op" in page
    assert "iets_nieuws" not in page


def test_saying_so_takes_one_statement_and_at_most_ten_in_all(
    session: Session, client_as: Browser, connection: Connection, room: Class, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    pages = [
        (room.author, f"/reflecties/opdracht/{find_activity(session, room.cohort).id}/schrijven"),
        (room.author, f"/reflecties/{version.reflection_id}"),
        (room.author, module_url(session, room)),
        (room.author, f"/opdrachten/{find_activity(session, room.cohort, 'conversation').id}/gesprek"),
        (room.peer, f"/feedback/{version.id}"),
    ]
    for who, url in pages:
        browser = client_as(user(session, who))
        assert browser.get(url).status_code == 200
        with counting(connection) as statements:
            browser.get(url)
        assert len(statements) <= 10, (url, len(statements))
