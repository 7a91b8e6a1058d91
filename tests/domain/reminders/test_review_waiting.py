"""Reflections that wait for a trainer."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.coursework.actions.absences import plan_absence
from peergang.coursework.actions.claiming import claim_review
from peergang.coursework.actions.queue_care import balance_reviews, release_leases
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.coursework.queries.counts import count_to_review
from tests.domain.reminders.conftest import Ledger
from tests.factories.cohorts import make_participant
from tests.factories.coursework import actor_of, make_class, make_submitted, review

RULE = "review_waiting"


def make_waiting(session: Session, author: Enrolment, since: datetime) -> ReflectionVersion:
    """For the trainer at once; made six days ago it is due tomorrow."""
    return make_submitted(session, author, since, audience="trainer")


def test_trainers_hear_once_a_day_how_many_wait(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    people = make_class(session, now)
    make_waiting(session, people.author, now - timedelta(days=7))
    make_waiting(session, people.peer, now - timedelta(days=6))
    make_waiting(session, people.outside, now - timedelta(days=1))
    assert ledger.plan(RULE, now) == 2
    assert {notice.recipient_id for notice in ledger.notices()} == {
        people.trainer.user_id,
        people.colleague.user_id,
    }
    mails = ledger.deliver(now)
    assert {str(mail["Subject"]) for mail in mails} == {"2 reflecties wachten op je reactie"}
    for kind in ("plain", "html"):
        assert "Beloofd: uiterlijk woensdag 18 november." in words(mails[0], kind)
        assert "over de beloofde dag" not in words(mails[0], kind)
        assert "/beoordelen" in words(mails[0], kind)
    assert ledger.plan(RULE, now + timedelta(hours=6)) == 0
    assert ledger.plan(RULE, now + timedelta(days=1)) == 0, "about the same promise nobody is told twice"
    assert ledger.plan(RULE, now + timedelta(days=3)) == 2, "on Friday, about Monday"


def test_what_is_late_is_counted_when_something_else_is_due(
    session: Session, ledger: Ledger, now: datetime, words: Callable[..., str]
) -> None:
    people = make_class(session, now)
    make_waiting(session, people.author, now - timedelta(days=12))
    assert ledger.plan(RULE, now) == 0, "when it was due tomorrow they were told"
    assert ledger.plan(RULE, now + timedelta(days=6)) == 2, (
        "but on Monday they hear again that it still waits"
    )
    assert ledger.plan(RULE, now + timedelta(days=7)) == 0
    make_waiting(session, people.peer, now - timedelta(days=6))
    assert ledger.plan(RULE, now) == 2
    assert "1 daarvan is over de beloofde dag heen." in words(ledger.deliver(now)[0])


def test_who_is_away_is_left_alone_and_who_covers_is_told(
    session: Session, ledger: Ledger, now: datetime
) -> None:
    people = make_class(session, now)
    version = make_waiting(session, people.author, now - timedelta(days=6))
    trainer = actor_of(session, people.trainer)
    claim_review(session, trainer, version.reflection_id, now=now - timedelta(days=2))
    plan_absence(
        session, trainer, now.date(), now.date() + timedelta(days=9), people.colleague.user_id, now=now
    )
    release_leases(session, now=now)
    balance_reviews(session, now=now)
    assert ledger.plan(RULE, now) == 1
    assert [notice.recipient_id for notice in ledger.notices()] == [people.colleague.user_id]


def test_what_was_suggested_to_one_is_not_asked_of_the_other(
    session: Session, ledger: Ledger, now: datetime
) -> None:
    people = make_class(session, now)
    version = make_waiting(session, people.author, now - timedelta(days=6))
    session.get_one(Reflection, version.reflection_id).suggested_reviewer_id = people.colleague.user_id
    assert ledger.plan(RULE, now) == 1
    assert [notice.recipient_id for notice in ledger.notices()] == [people.colleague.user_id]


def test_the_day_before_a_weekend_is_about_monday(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    make_waiting(session, people.author, now - timedelta(days=1))
    thursday, friday = now + timedelta(days=2), now + timedelta(days=3)
    assert ledger.plan(RULE, thursday) == 0
    assert ledger.plan(RULE, friday) == 2


def test_the_count_is_that_of_the_queue(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    for author in (people.author, people.peer, people.outside):
        make_waiting(session, author, now - timedelta(days=6))
    assert count_to_review(session, actor_of(session, people.trainer)) == 3
    ledger.plan(RULE, now)
    assert str(ledger.deliver(now)[0]["Subject"]).startswith("3 ")


def test_work_in_a_colleagues_hands_does_not_count(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    make_waiting(session, people.peer, now - timedelta(days=6))
    taken = session.scalars(sa.select(Reflection)).one()
    taken.state, taken.reviewer_id = "in_review", people.trainer.user_id
    assert ledger.plan(RULE, now) == 1
    assert ledger.notices()[0].recipient_id == people.trainer.user_id


def test_who_answered_before_the_mail_left_gets_none(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    version = make_waiting(session, people.author, now - timedelta(days=6))
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
    make_waiting(session, people.author, now - timedelta(days=6))
    ledger.plan(RULE, moment)
    assert len(ledger.deliver(moment)) == told
    monday = now + timedelta(days=6)
    make_waiting(session, people.peer, now)
    ledger.plan(RULE, monday)
    assert len(ledger.deliver(monday)) == 2


def test_nobody_reviews_their_own_work(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    from peergang.identity.models import User

    trainer = session.get_one(User, people.trainer.user_id)
    own = make_participant(session, people.cohort, user=trainer)
    make_waiting(session, own, now - timedelta(days=6))
    assert ledger.plan(RULE, now) == 1
    assert ledger.notices()[0].recipient_id == people.colleague.user_id


def test_yesterdays_mail_does_not_go_out_today(session: Session, ledger: Ledger, now: datetime) -> None:
    people = make_class(session, now)
    make_waiting(session, people.author, now - timedelta(days=6))
    ledger.plan(RULE, now)
    assert ledger.deliver(now + timedelta(days=1)) == []


@pytest.mark.parametrize("state", ["open", "closed"])
def test_what_waits_before_the_first_day_and_after_the_last_waits_as_well(
    session: Session, ledger: Ledger, now: datetime, state: str
) -> None:
    people = make_class(session, now)
    version = make_waiting(session, people.author, now - timedelta(days=6))
    people.cohort.state = state
    if state == "closed":
        for one in (people.trainer, people.colleague):
            one.state = "completed"
    session.flush()
    balance_reviews(session, now=now)
    found = session.get_one(Reflection, version.reflection_id, populate_existing=True)
    assert found.suggested_reviewer_id
    assert ledger.plan(RULE, now) == 1, "who it is suggested to"
