"""Reflections that wait for a trainer."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.coursework.models import Reflection
from peergang.coursework.queries.counts import count_to_review
from tests.domain.reminders.conftest import Ledger
from tests.factories.cohorts import make_participant
from tests.factories.coursework import actor_of, make_class, make_submitted, review

RULE = "review_waiting"


def test_trainers_hear_once_a_day_how_many_wait(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    people = make_class(session, now)
    make_submitted(session, people.author, now - timedelta(days=4))
    make_submitted(session, people.peer, now - timedelta(days=3))
    make_submitted(session, people.outside, now - timedelta(days=1))
    assert ledger.plan(RULE, now) == 2
    assert {notice.recipient_id for notice in ledger.notices()} == {
        people.trainer.user_id,
        people.colleague.user_id,
    }
    mails = ledger.deliver(now)
    assert {str(mail["Subject"]) for mail in mails} == {"2 reflecties wachten op je reactie"}
    for kind in ("plain", "html"):
        assert "De oudste wacht 4 dagen." in words(mails[0], kind)
        assert "/beoordelen" in words(mails[0], kind)
    assert ledger.plan(RULE, now + timedelta(hours=6)) == 0
    assert ledger.plan(RULE, now + timedelta(days=1)) == 2


def test_the_count_is_that_of_the_queue(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    for author in (people.author, people.peer, people.outside):
        make_submitted(session, author, now - timedelta(days=6))
    assert count_to_review(session, actor_of(session, people.trainer)) == 3
    ledger.plan(RULE, now)
    assert str(ledger.deliver(now)[0]["Subject"]).startswith("3 ")


def test_work_in_a_colleagues_hands_does_not_count(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    make_submitted(session, people.peer, now - timedelta(days=6))
    taken = session.scalars(sa.select(Reflection)).one()
    taken.state, taken.reviewer_id = "in_review", people.trainer.user_id
    assert ledger.plan(RULE, now) == 1
    assert ledger.notices()[0].recipient_id == people.trainer.user_id


def test_who_answered_before_the_mail_left_gets_none(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    version = make_submitted(session, people.author, now - timedelta(days=6))
    ledger.plan(RULE, now)
    review(session, people.trainer, version, now)
    assert ledger.deliver(now) == []
    assert {notice.reason for notice in ledger.notices()} == {"gone"}


@pytest.mark.parametrize(
    ("days", "told"),
    [(0, 2), (3, 0), (4, 0)],
    ids=["Tuesday", "Friday night", "Saturday"],
)
def test_not_at_night_and_not_in_the_weekend(
    session: Session, ledger: Ledger, now: datetime, days: int, told: int
) -> None:
    moment = now + timedelta(days=days, hours=12 if days == 3 else 0)
    people = make_class(session, now)
    make_submitted(session, people.author, now - timedelta(days=6))
    ledger.plan(RULE, moment)
    assert len(ledger.deliver(moment)) == told
    monday = now + timedelta(days=6)
    ledger.plan(RULE, monday)
    assert len(ledger.deliver(monday)) == 2


def test_nobody_reviews_their_own_work(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    from peergang.identity.models import User

    trainer = session.get_one(User, people.trainer.user_id)
    own = make_participant(session, people.cohort, user=trainer)
    make_submitted(session, own, now - timedelta(days=6))
    assert ledger.plan(RULE, now) == 1
    assert ledger.notices()[0].recipient_id == people.colleague.user_id


def test_yesterdays_mail_does_not_go_out_today(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    make_submitted(session, people.author, now - timedelta(days=6))
    ledger.plan(RULE, now)
    assert ledger.deliver(now + timedelta(days=1)) == []
