"""The private log: its author alone writes, reads, corrects and removes."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.conversations.actions import (
    ConversationNotes,
    change_conversation,
    log_conversation,
    remove_conversation,
)
from peergang.conversations.models import Conversation
from peergang.conversations.personal_data import export
from peergang.conversations.queries import get_conversation, list_conversations, list_follow_ups
from peergang.conversations.rules import MAX_AGREEMENTS, MAX_NOTES
from peergang.core.errors import Forbidden, Invalid, NotFound
from peergang.core.permissions import SYSTEM, Actor
from tests.factories.identity import make_user

TODAY = date(2026, 11, 17)


@pytest.fixture
def author(session: Session) -> Actor:
    return Actor(make_user(session).id)


def notes(**more: object) -> ConversationNotes:
    values: dict[str, object] = {"held_on": TODAY, "figure": "teacher", "notes": "Geheim."}
    return ConversationNotes(**(values | more))


def test_what_was_written_is_kept(session: Session, author: Actor, now: datetime) -> None:
    written = notes(topic_code="peergang/2.5", agreements="Volgende week", follow_up_on=date(2026, 11, 24))
    made = log_conversation(session, author, written, now=now)
    (row,) = list_conversations(session, author)
    assert (row.conversation_id, row.topic_code, row.agreements) == (made.id, "peergang/2.5", "Volgende week")
    assert [one.follow_up_on for one in list_follow_ups(session, author, TODAY)] == [date(2026, 11, 24)]
    assert list_follow_ups(session, author, date(2026, 11, 25)) == []


def test_nobody_else_reads_changes_or_removes_it(session: Session, author: Actor, now: datetime) -> None:
    made = log_conversation(session, author, notes(), now=now)
    others = (
        SYSTEM,
        Actor(make_user(session).id),
        Actor(make_user(session).id, is_admin=True, is_organiser=True),
    )
    for other in others:
        with pytest.raises(NotFound):
            get_conversation(session, other, made.id)
        with pytest.raises(NotFound):
            change_conversation(session, other, made.id, notes(notes="Gewijzigd."), now=now)
        with pytest.raises(NotFound):
            remove_conversation(session, other, made.id)
        assert list_conversations(session, other) == []
        assert list_follow_ups(session, other, TODAY) == []
    assert get_conversation(session, author, made.id).notes == "Geheim."
    with pytest.raises(Forbidden):
        log_conversation(session, SYSTEM, notes(), now=now)


@pytest.mark.parametrize(
    ("more", "problems"),
    [
        ({"held_on": TODAY + timedelta(days=1)}, {"held_on": "in_future"}),
        ({"held_on": date(2016, 11, 17)}, {"held_on": "too_long_ago"}),
        ({"follow_up_on": TODAY - timedelta(days=1)}, {"follow_up_on": "before_conversation"}),
        ({"follow_up_on": date(2206, 11, 17)}, {"follow_up_on": "too_far_off"}),
        ({"notes": "x" * (MAX_NOTES + 1)}, {"notes": "too_long"}),
        ({"agreements": "x" * (MAX_AGREEMENTS + 1)}, {"agreements": "too_long"}),
        (
            {"held_on": TODAY + timedelta(days=1), "notes": "x" * (MAX_NOTES + 1)},
            {"held_on": "in_future", "notes": "too_long"},
        ),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    session: Session, author: Actor, now: datetime, more: dict[str, object], problems: dict[str, str]
) -> None:
    kept = log_conversation(session, author, notes(), now=now)
    with pytest.raises(Invalid) as refused:
        log_conversation(session, author, notes(**more), now=now)
    assert refused.value.problems == problems
    with pytest.raises(Invalid):
        change_conversation(session, author, kept.id, notes(**more), now=now)
    session.expire_all()
    assert [one.held_on for one in session.scalars(select(Conversation))] == [TODAY]


def test_today_is_the_day_in_amsterdam(session: Session, author: Actor, now: datetime) -> None:
    just_after_midnight = now.replace(hour=23, minute=30)  # 00.30 on the 18th in Amsterdam
    made = log_conversation(session, author, notes(held_on=date(2026, 11, 18)), now=just_after_midnight)
    assert made.held_on == date(2026, 11, 18)


def test_a_correction_replaces_and_removal_is_for_good(
    session: Session, author: Actor, now: datetime
) -> None:
    made = log_conversation(session, author, notes(follow_up_on=date(2026, 12, 1)), now=now)
    change_conversation(session, author, made.id, notes(figure="board", notes=""), now=now)
    session.expire_all()
    again = get_conversation(session, author, made.id)
    assert (again.figure, again.notes, again.follow_up_on, again.created_at) == ("board", "", None, now)
    remove_conversation(session, author, made.id)
    with pytest.raises(NotFound):
        get_conversation(session, author, made.id)


def test_export_gives_ones_own_log_and_nothing_of_others(
    session: Session, author: Actor, now: datetime
) -> None:
    log_conversation(session, author, notes(follow_up_on=date(2026, 12, 1)), now=now)
    log_conversation(session, Actor(make_user(session).id), notes(notes="Van een ander."), now=now)
    (row,) = export(session, author.user_id)["conversations"]
    assert (row["held_on"], row["notes"], row["follow_up_on"]) == ("2026-11-17", "Geheim.", "2026-12-01")
