"""Thanks for feedback."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peergang.coursework.actions.reading import mark_reactions_read
from peergang.coursework.actions.thanking import open_thanks, thank_for_feedback
from peergang.coursework.models import PeerFeedback
from peergang.identity.models import User
from tests.domain.reminders.conftest import Ledger
from tests.factories.coursework import Class, actor_of, give_feedback, make_class, make_submitted

RULE = "feedback_thanked"
WORDS = "Dank je, pannenkoek!"


def thanked(session: Session, people: Class, now: datetime) -> PeerFeedback:
    version = make_submitted(session, people.author, now, title="Een titel van mij")
    feedback = give_feedback(session, people.peer, version, now)
    author = actor_of(session, people.author)
    mark_reactions_read(session, author, version.reflection_id, now=now)
    thank_for_feedback(session, author, feedback.id, WORDS, now=now)
    return feedback


def test_the_giver_hears_who_thanks_them_and_not_how(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    people = make_class(session, now)
    feedback = thanked(session, people, now)
    assert ledger.plan(RULE, now) == 1
    assert ledger.deliver(now) == [], "it waits for Monday"
    (mail,) = ledger.deliver(now + timedelta(days=6))
    assert ledger.addresses() == [session.get_one(User, people.peer.user_id).email], (
        "the giver, not the author"
    )
    author = session.get_one(User, people.author.user_id)
    assert mail["Subject"] == f"{author.full_name} bedankt je voor je feedback"
    for kind in ("plain", "html"):
        text = words(mail, kind)
        assert f"/feedback/gegeven/{feedback.id}" in text
        for secret in (WORDS, "pannenkoek", "Een titel van mij", *feedback.answers.values()):
            assert secret not in text


def test_other_words_are_no_second_mail(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    feedback = thanked(session, people, now)
    ledger.plan(RULE, now)
    later = now + timedelta(days=6)
    assert len(ledger.deliver(later)) == 1
    author = actor_of(session, people.author)
    thank_for_feedback(session, author, feedback.id, "", now=later)
    thank_for_feedback(session, author, feedback.id, "Toch bedankt", now=later)
    assert ledger.plan(RULE, later) == 0


def test_thanks_that_were_read_or_taken_back_need_no_mail(
    session: Session, ledger: Ledger, now: datetime
) -> None:
    for way in ("read", "withdrawn"):
        people = make_class(session, now)
        feedback = thanked(session, people, now)
        ledger.plan(RULE, now)
        if way == "read":
            open_thanks(session, actor_of(session, people.peer), feedback.id, now=now)
        else:
            thank_for_feedback(session, actor_of(session, people.author), feedback.id, " ", now=now)
        assert ledger.deliver(now) == []
        assert f"suppressed {way}" in [f"{one.state} {one.reason}" for one in ledger.notices()]


def test_old_thanks_are_no_news(session: Session, ledger: Ledger, now: datetime) -> None:
    thanked(session, make_class(session, now), now)
    assert ledger.plan(RULE, now + timedelta(days=8)) == 0
