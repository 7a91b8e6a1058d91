"""Being asked to read."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peergang.coursework.actions.submission import withdraw_reflection
from peergang.identity.models import User
from tests.domain.reminders.conftest import Ledger
from tests.factories.coursework import actor_of, give_feedback, make_class, make_submitted

RULE = "feedback_asked"


def test_who_is_asked_hears_whose_work_it_is_and_nothing_of_what_it_says(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    people = make_class(session, now)
    version = make_submitted(session, people.author, now, title="Iets van mij", peers_first=True)
    author = session.get_one(User, people.author.user_id)
    # In a group of three everybody reads everybody, so both are asked at once.
    assert ledger.plan(RULE, now) == 2
    mails = ledger.deliver(now)
    readers = [session.get_one(User, one.user_id).email for one in (people.peer, people.other_peer)]
    assert ledger.addresses() == sorted(readers)
    for mail in mails:
        assert mail["Subject"] == f"{author.full_name} hoopt op jouw feedback"
        for kind in ("plain", "html"):
            text = words(mail, kind)
            assert f"/feedback/{version.id}" in text
            for said in ("Iets van mij", *version.answers.values()):
                assert said not in text
    assert ledger.plan(RULE, now + timedelta(minutes=5)) == 0


def test_what_was_given_or_taken_back_meanwhile_is_not_asked_any_more(
    session: Session, ledger: Ledger, now: datetime
) -> None:
    people = make_class(session, now)
    version = make_submitted(session, people.author, now, peers_first=True)
    ledger.plan(RULE, now)
    give_feedback(session, people.peer, version, now)
    withdraw_reflection(session, actor_of(session, people.author), version.reflection_id, now=now)
    assert ledger.deliver(now) == []
    assert sorted(one.reason for one in ledger.notices()) == ["done", "withdrawn"]


def test_what_was_asked_long_ago_is_no_news(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    make_submitted(session, people.author, now, peers_first=True)
    assert ledger.plan(RULE, now + timedelta(days=8)) == 0
