"""A shared example is a year old."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.identity.models import User
from peergang.practice.actions.reviewing import mark_review_due
from peergang.practice.actions.writing import save_example, withdraw_example
from peergang.practice.models import PracticeExample
from tests.domain.reminders.reading import list_planned, plan, read, verdicts
from tests.factories.coursework import actor_of
from tests.factories.identity import make_user
from tests.factories.practice import make_example

RULE = "example_review_due"
MORNING = datetime(2026, 11, 18, 8, 30, tzinfo=ZoneInfo("Europe/Amsterdam")).astimezone(UTC)


@pytest.fixture
def author(session: Session) -> User:
    return make_user(session)


@pytest.fixture
def example(session: Session, author: User) -> PracticeExample:
    example = make_example(session, author, MORNING - timedelta(days=351), title="Samen oefenen")
    example.review_by = date(2026, 12, 2)
    make_example(session, author, MORNING, state="draft")
    return example


def test_its_author_is_asked_whether_it_still_holds(
    session: Session, settings: Settings, author: User, example: PracticeExample
) -> None:
    assert plan(session, RULE, MORNING - timedelta(hours=13)) == set()
    assert plan(session, RULE, MORNING) == {author.id}
    assert [one.not_before for one in list_planned(session, RULE)] == [MORNING]
    (words,) = read(session, settings, RULE, MORNING).values()
    assert words.subject == "Klopt je voorbeeld nog? Samen oefenen"
    assert f"/bibliotheek/{example.id}/schrijven" in words.text


@pytest.mark.parametrize("when", [MORNING, MORNING + timedelta(days=20)])
def test_who_looked_at_it_and_saved_it_is_not_asked(
    session: Session, author: User, example: PracticeExample, when: datetime
) -> None:
    plan(session, RULE, MORNING)
    mark_review_due(session, now=when)
    actor = actor_of(session, author)
    save_example(session, actor, example.id, {}, revision=example.revision, now=when)
    session.expire_all()
    assert example.state == "published"
    assert example.review_by is not None
    assert example.review_by.year == 2027
    assert verdicts(session, RULE, MORNING) == {"gone"}
    assert plan(session, RULE, when) == {author.id}
    assert len(list_planned(session, RULE)) == 1


def test_what_was_taken_out_of_the_library_is_not_asked(
    session: Session, author: User, example: PracticeExample
) -> None:
    plan(session, RULE, MORNING)
    withdraw_example(session, actor_of(session, author), example.id, now=MORNING)
    assert verdicts(session, RULE, MORNING) == {"withdrawn"}


def test_on_its_day_the_page_says_so_and_everybody_still_finds_it(
    session: Session, example: PracticeExample
) -> None:
    assert mark_review_due(session, now=MORNING) == 0
    assert mark_review_due(session, now=MORNING + timedelta(days=14)) == 1
    assert mark_review_due(session, now=MORNING + timedelta(days=15)) == 0
    session.expire_all()
    assert example.state == "review_due"
    assert plan(session, RULE, MORNING + timedelta(days=15)) == {example.author_id}
