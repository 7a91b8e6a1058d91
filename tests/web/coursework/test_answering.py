"""What an author says back about feedback: how much it helped and thanks, in one form."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.coursework.models import PeerFeedback
from peergang.identity.models import User
from tests.factories.coursework import Class, give_feedback, make_class, make_submitted

Browser = Callable[[User], FlaskClient]


@pytest.fixture
def given(session: Session) -> tuple[Class, PeerFeedback]:
    now = datetime.now(UTC)
    room = make_class(session, now)
    feedback = give_feedback(session, room.peer, make_submitted(session, room.author, now), now)
    feedback.read_at = now
    session.flush()
    return room, feedback


def said(session: Session, feedback: PeerFeedback) -> tuple[str | None, str, str]:
    session.refresh(feedback)
    return feedback.helpfulness, feedback.helpfulness_note, feedback.thanks


def test_one_button_sends_both_and_what_was_not_changed_stays(
    session: Session, client_as: Browser, given: tuple[Class, PeerFeedback]
) -> None:
    room, feedback = given
    client = client_as(session.get_one(User, room.author.user_id))
    url = f"/feedback/ontvangen/{feedback.id}/oordeel"
    refused = client.post(url, data={"thanks": "", "note": "Omdat"})
    assert refused.status_code == 422
    assert "Omdat" in refused.text
    assert refused.text.count(url) == 1, "one form"
    both = {"helpfulness": "helped", "note": "Omdat", "thanks": "Dank je."}
    assert client.post(url, data=both).status_code == 303
    assert said(session, feedback) == ("helped", "Omdat", "Dank je.")
    first = feedback.thanked_at
    assert client.post(url, data=both | {"note": ""}).status_code == 303
    assert said(session, feedback) == ("helped", "", "Dank je.")
    assert feedback.thanked_at == first
    assert client.post(url, data=both | {"thanks": ""}).status_code == 303
    assert said(session, feedback) == ("helped", "Omdat", "")


def test_thanks_alone_say_nothing_of_what_it_helped(
    session: Session, client_as: Browser, given: tuple[Class, PeerFeedback]
) -> None:
    room, feedback = given
    client = client_as(session.get_one(User, room.author.user_id))
    url = f"/feedback/ontvangen/{feedback.id}/oordeel"
    assert client.post(url, data={"thanks": "Dank je.", "note": ""}).status_code == 303
    assert said(session, feedback) == (None, "", "Dank je.")


def test_thanks_that_were_read_do_not_keep_the_rating_from_being_changed(
    session: Session, client_as: Browser, given: tuple[Class, PeerFeedback]
) -> None:
    room, feedback = given
    client = client_as(session.get_one(User, room.author.user_id))
    url = f"/feedback/ontvangen/{feedback.id}/oordeel"
    both = {"helpfulness": "helped", "thanks": "Dank je."}
    client.post(url, data=both)
    session.refresh(feedback)
    feedback.thanks_read_at = feedback.thanked_at
    session.commit()
    assert client.post(url, data=both | {"helpfulness": "not_really"}).status_code == 303
    assert said(session, feedback)[0] == "not_really"
    late = client.post(url, data=both | {"thanks": "Heel veel dank."})
    assert late.status_code == 409
    assert "Heel veel dank." not in said(session, feedback)[2]
