"""A page of a cohort that is over says why; an address carries the cohort where somebody has two."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.coursework.actions.reading import mark_reactions_read
from peergang.coursework.models import Comment, Reflection
from peergang.curriculum.models import Edition
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort
from tests.factories.coursework import (
    Class,
    actor_of,
    find_activity,
    give_feedback,
    make_class,
    make_reflection,
    make_submitted,
)

Browser = Callable[[User], FlaskClient]
OVER = "Dit cohort is afgesloten"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


def user(session: Session, enrolment: Enrolment) -> User:
    return session.get_one(User, enrolment.user_id)


def test_pages_of_a_closed_cohort_say_why_and_keep_the_words(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    draft = make_reflection(session, room.author, now, title="Mijn titel")
    version = make_submitted(session, room.other_peer, now)
    talk = find_activity(session, room.cohort, "conversation")
    room.cohort.state = "closed"
    session.flush()
    author, peer = client_as(user(session, room.author)), client_as(user(session, room.peer))
    write = f"/reflecties/opdracht/{draft.activity_id}/schrijven"
    page = author.get(write).text
    assert OVER in page
    assert "Mijn titel" in page
    assert 'name="intent"' not in page
    refused = author.post(write, data={"revision": "1", "title": "Anders", "intent": "save"})
    assert refused.status_code == 409
    assert OVER in refused.text
    saved = author.post(f"/reflecties/opdracht/{draft.activity_id}/concept", json={"revision": 1})
    assert saved.status_code == 422
    assert OVER in saved.get_json()["message"]
    assert OVER in author.get(f"/opdrachten/{talk.id}/gesprek").text
    assert OVER in peer.get(f"/feedback/{version.id}").text


def test_the_editor_saves_into_the_cohort_it_shows(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    edition = session.get_one(Edition, room.cohort.edition_id)
    other = make_cohort(session, now - timedelta(days=2), edition=edition)
    again = Enrolment(cohort_id=other.id, user_id=room.author.user_id, role="participant", state="active")
    again.affiliation_id = room.author.affiliation_id
    session.add(again)
    session.flush()
    activity = find_activity(session, room.cohort)
    client = client_as(user(session, room.author))
    base = f"/reflecties/opdracht/{activity.id}"
    pages = {
        cohort.id: client.get(f"{base}/schrijven?cohort={cohort.id}").text for cohort in (room.cohort, other)
    }
    for cohort_id, page in pages.items():
        assert f'action="{base}/schrijven?cohort={cohort_id}"' in page
        assert f"{base}/concept?cohort={cohort_id}" in page
    for enrolment in (room.author, again):
        assert f"reflection-{activity.slug}-{enrolment.id}" in pages[enrolment.cohort_id]
    client.post(f"{base}/concept?cohort={other.id}", json={"revision": 0, "title": "Van toen"})
    (stored,) = session.query(Reflection).all()
    assert stored.enrolment_id == again.id
    assert "Van toen" not in client.get(f"{base}/schrijven?cohort={room.cohort.id}").text
    assert f"?cohort={other.id}" in client.get(f"{base}?cohort={other.id}").location


def test_a_comment_after_reading_says_that_it_comes_too_late(
    session: Session, client_as: Browser, room: Class, now: datetime
) -> None:
    version = make_submitted(session, room.author, now)
    give_feedback(session, room.peer, version, now)
    mark_reactions_read(session, actor_of(session, room.author), version.reflection_id, now=now)
    client = client_as(user(session, room.peer))
    url = f"/feedback/{version.id}/opmerkingen"
    answer = client.post(url, data={"paragraph": "1", "body": "Nog iets"}, follow_redirects=True)
    assert answer.status_code == 409
    assert "komt niet meer aan" in answer.text
    assert "Nog iets" in answer.text, "to copy"
    assert session.query(Comment).count() == 0
