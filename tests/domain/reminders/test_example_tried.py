"""Somebody tried an example."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.identity.models import User
from peergang.practice.actions.using import share_experience, take_back_experience
from peergang.practice.actions.writing import withdraw_example
from peergang.practice.models import PracticeExample
from peergang.practice.rules import Outcome
from tests.domain.reminders.reading import list_planned, plan, read, verdicts
from tests.factories.coursework import actor_of
from tests.factories.identity import make_user
from tests.factories.practice import make_example

RULE = "example_tried"


@pytest.fixture
def author(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def example(session: Session, author: User, now: datetime) -> PracticeExample:
    return make_example(session, author, now - timedelta(days=40), title="Samen oefenen")


def tell(session: Session, who: User, example: PracticeExample, now: datetime) -> None:
    share_experience(
        session,
        actor_of(session, who),
        example.id,
        outcome=Outcome.DID_NOT,
        note="Een eerlijke notitie",
        now=now,
    )


def test_its_author_hears_who_and_reads_the_rest_on_the_page(
    session: Session, settings: Settings, author: User, example: PracticeExample, now: datetime
) -> None:
    colleague = make_user(session, "Noor", "Proefnemer")
    tell(session, colleague, example, now)
    assert plan(session, RULE, now) == {author.id}
    (words,) = read(session, settings, RULE, now).values()
    assert words.subject == "Noor Proefnemer probeerde jouw voorbeeld"
    for text in (words.text, words.html):
        assert f"/bibliotheek/{example.id}" in text
        assert "eerlijke notitie" not in text
        assert "werkte" not in text
    tell(session, colleague, example, now + timedelta(days=1))
    plan(session, RULE, now + timedelta(days=1))
    assert len(list_planned(session, RULE)) == 1, "other words are no second mail"


@pytest.mark.parametrize("what", ["taken_back", "withdrawn"])
def test_what_was_taken_back_is_not_told(
    session: Session, author: User, example: PracticeExample, now: datetime, what: str
) -> None:
    colleague = make_user(session)
    tell(session, colleague, example, now)
    plan(session, RULE, now)
    assert verdicts(session, RULE, now) == {""}
    if what == "taken_back":
        take_back_experience(session, actor_of(session, colleague), example.id)
    else:
        withdraw_example(session, actor_of(session, author), example.id, now=now)
    assert verdicts(session, RULE, now) == {"gone" if what == "taken_back" else "withdrawn"}
