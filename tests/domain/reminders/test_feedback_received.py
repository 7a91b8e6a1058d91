"""Feedback of a peer."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.coursework.models import PeerFeedback
from peergang.identity.models import User
from tests.domain.reminders.conftest import Ledger
from tests.factories.coursework import give_feedback, make_class, make_submitted

RULE = "feedback_received"


def test_the_author_is_told_who_gave_feedback_and_not_what(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    people = make_class(session, now)
    version = make_submitted(session, people.author, now, title="Meekijken bij Logistiek")
    feedback = give_feedback(session, people.peer, version, now)
    giver = session.get_one(User, people.peer.user_id)
    assert ledger.plan(RULE, now) == 1
    (mail,) = ledger.deliver(now)
    assert ledger.addresses() == [session.get_one(User, people.author.user_id).email], (
        "the author, not the giver"
    )
    assert mail["Subject"] == f"{giver.full_name} gaf je feedback"
    for kind in ("plain", "html"):
        text = words(mail, kind)
        assert "Meekijken bij Logistiek" not in text, "a title is text of the reflection"
        assert f"/reflecties/{version.reflection_id}" in text
        for answer in [*feedback.answers.values(), *version.answers.values()]:
            assert answer not in text
    assert ledger.plan(RULE, now + timedelta(minutes=5)) == 0


def test_what_was_read_on_the_site_needs_no_mail(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    version = make_submitted(session, people.author, now)
    give_feedback(session, people.peer, version, now)
    ledger.plan(RULE, now)
    session.execute(sa.update(PeerFeedback).values(read_at=now))
    assert ledger.deliver(now) == []
    assert list(ledger.reasons().values()) == ["suppressed read"]


def test_a_draft_is_no_feedback(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    version = make_submitted(session, people.author, now)
    session.add(PeerFeedback(version_id=version.id, giver_id=people.peer.id, answers={}, saved_at=now))
    assert ledger.plan(RULE, now) == 0


def test_at_night_it_waits_for_the_morning(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    night = now + timedelta(hours=13)
    version = make_submitted(session, people.author, night)
    give_feedback(session, people.peer, version, night)
    ledger.plan(RULE, night)
    assert ledger.deliver(night) == []
    assert len(ledger.deliver(now + timedelta(days=1))) == 1


def test_old_feedback_is_no_news(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    version = make_submitted(session, people.author, now)
    give_feedback(session, people.peer, version, now)
    assert ledger.plan(RULE, now + timedelta(days=8)) == 0
