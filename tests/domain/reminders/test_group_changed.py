"""Who is in your group now."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.actions.group_changes import undo_group_change
from peergang.cohorts.actions.groups import move_to_group
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.models import Cohort, Enrolment, PeerGroup
from peergang.cohorts.queries.group_changes import find_last_change
from peergang.core.permissions import Actor
from peergang.identity.models import User
from tests.domain.reminders.conftest import Ledger
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.identity import make_organiser

RULE = "group_changed"
SOON = timedelta(hours=2)


@pytest.fixture
def organiser(session: Session) -> Actor:
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    return make_cohort(session, now)


def group_of(session: Session, cohort: Cohort, size: int, now: datetime) -> tuple[list[Enrolment], PeerGroup]:
    people = [make_participant(session, cohort) for _ in range(size)]
    return people, make_peer_group(session, cohort, *people, since=now - timedelta(days=9))


def emails(session: Session, people: list[Enrolment]) -> list[str]:
    return sorted(session.get_one(User, one.user_id).email for one in people)


def test_after_a_repair_both_groups_hear_who_is_in_them(
    session: Session,
    ledger: Ledger,
    organiser: Actor,
    cohort: Cohort,
    now: datetime,
    words: Callable[..., str],
) -> None:
    small, _ = group_of(session, cohort, 3, now)
    full, _ = group_of(session, cohort, 5, now)
    untouched, _ = group_of(session, cohort, 4, now)
    withdraw_enrolment(session, organiser, small[0].id, now=now)
    assert ledger.plan(RULE, now) == 7
    assert ledger.deliver(now) == []
    mails = ledger.deliver(now + SOON)
    assert ledger.addresses() == emails(session, [*small[1:], *full])
    for mail in mails:
        assert mail["Subject"] == "Je peergroep is veranderd"
        assert session.get_one(User, small[0].user_id).given_name not in words(mail, "plain")
    texts = [words(mail, "plain") for mail in mails]
    name = session.get_one(User, small[1].user_id).full_name
    assert sum(name in text for text in texts) == 3
    assert all(session.get_one(User, untouched[0].user_id).full_name not in text for text in texts)


def test_one_mail_after_the_last_of_several_changes(
    session: Session, ledger: Ledger, organiser: Actor, cohort: Cohort, now: datetime
) -> None:
    first, _ = group_of(session, cohort, 5, now)
    _, target = group_of(session, cohort, 3, now)
    move_to_group(session, organiser, first[0].id, target.id, now=now)
    ledger.plan(RULE, now)
    move_to_group(session, organiser, first[1].id, target.id, now=now + timedelta(minutes=5))
    ledger.plan(RULE, now + timedelta(minutes=5))
    assert len(ledger.deliver(now + SOON)) == 8
    ledger.plan(RULE, now + SOON)
    assert ledger.deliver(now + 2 * SOON) == []


def test_what_was_taken_back_within_the_hour_is_told_to_nobody(
    session: Session, ledger: Ledger, organiser: Actor, cohort: Cohort, now: datetime
) -> None:
    first, _ = group_of(session, cohort, 4, now)
    _, target = group_of(session, cohort, 3, now)
    move_to_group(session, organiser, first[0].id, target.id, now=now)
    ledger.plan(RULE, now)
    change = find_last_change(session, cohort.id)
    assert change is not None
    undo_group_change(session, organiser, cohort.id, change.change_id, now=now + timedelta(minutes=9))
    assert ledger.plan(RULE, now + timedelta(minutes=9)) == 0
    assert ledger.deliver(now + SOON) == []


def test_what_was_told_and_taken_back_is_told_again(
    session: Session, ledger: Ledger, organiser: Actor, cohort: Cohort, now: datetime
) -> None:
    first, _ = group_of(session, cohort, 4, now)
    _, target = group_of(session, cohort, 3, now)
    move_to_group(session, organiser, first[0].id, target.id, now=now)
    ledger.plan(RULE, now)
    assert len(ledger.deliver(now + SOON)) == 7
    change = find_last_change(session, cohort.id)
    assert change is not None
    undo_group_change(session, organiser, cohort.id, change.change_id, now=now + SOON)
    assert ledger.plan(RULE, now + SOON) == 7
    assert len(ledger.deliver(now + 2 * SOON)) == 7


def test_before_the_start_groups_are_arranged_in_silence(
    session: Session, ledger: Ledger, organiser: Actor, now: datetime
) -> None:
    cohort = make_cohort(session, now, state="open")
    first, _ = group_of(session, cohort, 4, now)
    _, target = group_of(session, cohort, 3, now)
    move_to_group(session, organiser, first[0].id, target.id, now=now)
    assert ledger.plan(RULE, now) == 0
