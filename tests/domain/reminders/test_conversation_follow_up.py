"""The day on which somebody wanted to come back to a conversation."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from peergang.conversations.actions import (
    ConversationNotes,
    change_conversation,
    log_conversation,
    remove_conversation,
)
from peergang.core.config import Settings
from peergang.core.permissions import Actor
from tests.domain.reminders.reading import list_planned, plan, read, verdicts
from tests.factories.identity import make_user

RULE = "conversation_follow_up"
HERE = ZoneInfo("Europe/Amsterdam")
DAY = date(2026, 11, 18)
MORNING = datetime(2026, 11, 18, 8, 30, tzinfo=HERE).astimezone(UTC)


def written(**more: object) -> ConversationNotes:
    values: dict[str, object] = {"held_on": date(2026, 11, 2), "figure": "school_leader", "follow_up_on": DAY}
    secrets = {"notes": "Geheim besproken", "agreements": "Vertrouwelijk afgesproken"}
    return ConversationNotes(**{**values, **secrets, **more})  # type: ignore[arg-type]


@pytest.fixture
def actor(session: Session) -> Actor:
    return Actor(user_id=make_user(session).id)


def test_its_author_alone_hears_of_it_and_no_word_of_it(
    session: Session, settings: Settings, actor: Actor, now: datetime
) -> None:
    conversation = log_conversation(session, actor, written(), now=now)
    assert plan(session, RULE, MORNING - timedelta(hours=13)) == set()
    assert plan(session, RULE, MORNING - timedelta(hours=3)) == {actor.user_id}
    assert [one.not_before for one in list_planned(session, RULE)] == [MORNING]
    (words,) = read(session, settings, RULE, MORNING).values()
    for text in (words.text, words.html):
        assert f"/gesprekken/{conversation.id}" in text
        for secret in ("Geheim", "Vertrouwelijk", "leider"):
            assert secret not in text
    assert words.subject == "Je wilde terugkomen op een gesprek"


def test_a_day_in_the_weekend_is_told_on_friday(session: Session, actor: Actor, now: datetime) -> None:
    log_conversation(session, actor, written(follow_up_on=date(2026, 11, 22)), now=now)
    friday = datetime(2026, 11, 20, 8, 30, tzinfo=HERE)
    plan(session, RULE, friday - timedelta(hours=1))
    assert [one.not_before for one in list_planned(session, RULE)] == [friday]


@pytest.mark.parametrize("what", ["moved", "removed", "came_back", "dropped"])
def test_what_was_moved_removed_or_done_is_not_told(
    session: Session, actor: Actor, now: datetime, what: str
) -> None:
    conversation = log_conversation(session, actor, written(), now=now)
    log_conversation(session, Actor(user_id=make_user(session).id), written(follow_up_on=None), now=now)
    plan(session, RULE, MORNING)
    assert verdicts(session, RULE, MORNING) == {""}
    if what == "moved":
        later = written(follow_up_on=DAY + timedelta(days=9))
        change_conversation(session, actor, conversation.id, later, now=now)
    elif what == "dropped":
        change_conversation(session, actor, conversation.id, written(follow_up_on=None), now=now)
    elif what == "removed":
        remove_conversation(session, actor, conversation.id)
    else:
        log_conversation(session, actor, written(held_on=now.date(), follow_up_on=None), now=now)
    assert verdicts(session, RULE, MORNING) == {"done" if what == "came_back" else "gone"}


def test_a_talk_with_somebody_else_is_another_matter(session: Session, actor: Actor, now: datetime) -> None:
    log_conversation(session, actor, written(), now=now)
    plan(session, RULE, MORNING)
    another = written(held_on=now.date(), follow_up_on=None, figure="teacher")
    log_conversation(session, actor, another, now=now)
    assert verdicts(session, RULE, MORNING) == {""}
