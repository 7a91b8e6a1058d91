"""On an English page the words of the programme say that they are in Dutch; a Dutch page says it already."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.coursework.models import Reflection
from peergang.identity.models import User
from tests.factories.cohorts import make_meeting
from tests.factories.coursework import (
    Class,
    find_activity,
    give_feedback,
    make_class,
    make_submitted,
    review,
)

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("clock_at")]

Browser = Callable[[User], FlaskClient]


@pytest.fixture
def clock_at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("peergang.core.clock.now", lambda: now)


@pytest.fixture
def room(session: Session, now: datetime) -> Class:
    return make_class(session, now)


@pytest.fixture(params=["nl", "en"])
def read(request: pytest.FixtureRequest, session: Session, client_as: Browser) -> Callable[..., None]:
    """See that a page has words, marked as Dutch on the English page alone."""

    def see(who: object, address: str, *words: str) -> None:
        user = session.get_one(User, who.user_id)  # type: ignore[attr-defined]
        user.locale = request.param
        page = client_as(user).get(address).text
        for one in words:
            assert one in page, address
            assert (f' lang="nl">{one}' in page) == (request.param == "en"), (address, one)

    return see


def test_the_questions_of_a_reflection(
    session: Session, room: Class, now: datetime, read: Callable[..., None]
) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    reflection = session.get_one(Reflection, version.reflection_id)
    editor = f"/reflecties/opdracht/{reflection.activity_id}/schrijven"
    read(room.author, editor, "Wat wilde je bereiken?", "Denk aan je collega")
    read(room.author, f"/reflecties/{reflection.id}", "Wat wilde je bereiken?")
    read(room.peer, f"/feedback/{version.id}", "Wat wilde je bereiken?", "Wat is sterk?")
    give_feedback(session, room.peer, version, now)
    read(room.author, f"/reflecties/{reflection.id}", "Wat wilde je bereiken?")


def test_what_was_asked_and_what_was_said_of_it(
    session: Session, room: Class, now: datetime, read: Callable[..., None]
) -> None:
    version = make_submitted(session, room.author, now)
    own = give_feedback(session, room.peer, version, now)
    review(session, room.trainer, version, now)
    read(room.peer, f"/feedback/gegeven/{own.id}", "Wat is sterk?")
    read(room.author, f"/reflecties/{version.reflection_id}", "Concrete situatie")


def test_questions_with_an_english_text_are_no_dutch(
    session: Session, room: Class, now: datetime, client_as: Browser
) -> None:
    version = make_submitted(session, room.author, now, peers_first=True)
    reflection = session.get_one(Reflection, version.reflection_id)
    reflection.prompt_set = "starr"
    user = session.get_one(User, room.author.user_id)
    user.locale = "en"
    page = client_as(user).get(f"/reflecties/opdracht/{reflection.activity_id}/schrijven").text
    assert "Situation: what was going on?" in page
    assert ' lang="nl">Situation' not in page


def test_a_meeting_its_agenda_and_what_to_bring(
    session: Session, room: Class, now: datetime, read: Callable[..., None]
) -> None:
    activity = find_activity(session, room.cohort, "meeting")
    meeting = make_meeting(
        session,
        room.cohort,
        now + timedelta(days=3),
        activity_id=activity.id,
        module_id=activity.module_id,
    )
    address = f"/bijeenkomsten/{meeting.id}"
    meeting.title = "Van losse hulp naar een aanpak"
    module = f"/modules/{activity.module_id}"
    for who, page in (
        (room.author, address),
        (room.author, "/bijeenkomsten"),
        (room.author, "/deze-week"),
        (room.author, module),
        (room.trainer, f"/cohorten/{room.cohort.id}"),
        (room.trainer, f"/cohorten/{room.cohort.id}/voortgang"),
    ):
        read(who, page, f"{meeting.title}<")
    read(room.author, address, "Terugblik", "\n            <li>een vraag")
    read(room.trainer, f"{address}/agenda", "Terugblik")
    read(room.trainer, f"/cohorten/{room.cohort.id}/voortgang", "Terugblik")
