"""A kind no reaches who asked for a place, once, and quotes nothing of what they wrote."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.actions.join_requests import approve_requests, decline_request
from peergang.cohorts.actions.joining import Asking, ask_place, set_joining
from peergang.cohorts.models import Cohort
from peergang.cohorts.queries.joining import list_requests
from peergang.core.permissions import Actor
from peergang.identity.actions.account import deactivate_user
from peergang.identity.models import User
from tests.domain.reminders.conftest import Ledger
from tests.factories.cohorts import make_cohort
from tests.factories.identity import make_institution, make_organiser, make_user

RULE = "join_declined"


@pytest.fixture
def organiser(session: Session) -> Actor:
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


@pytest.fixture
def cohort(session: Session, organiser: Actor, now: datetime) -> Cohort:
    made = make_cohort(session, now)
    set_joining(session, organiser, made.id, is_open=True, until=None, now=now)
    make_institution(session, "ROC Zilverkade")
    return made


def ask(session: Session, cohort: Cohort, email: str, now: datetime) -> None:
    asking = Asking("Noor", "van", "Dijk", email, "ROC Zilverkade", motivation="Mijn geheime reden")
    ask_place(session, cohort.id, 0, asking, now=now)


def decline_all(session: Session, organiser: Actor, cohort: Cohort, now: datetime) -> None:
    for one in list_requests(session, cohort.id):
        decline_request(session, organiser, cohort.id, one.request_id, now=now)


@pytest.mark.parametrize("known", [False, True])
def test_it_goes_out_once_to_whoever_asked(
    session: Session,
    ledger: Ledger,
    organiser: Actor,
    cohort: Cohort,
    now: datetime,
    words: Callable[..., str],
    known: bool,
) -> None:
    if known:
        make_user(session, "Noor", email="noor@school.example")
    ask(session, cohort, "noor@school.example", now)
    assert ledger.plan(RULE, now) == 0, "nothing is said before there is an answer"
    decline_all(session, organiser, cohort, now)
    evening = now + timedelta(hours=11)
    assert ledger.plan(RULE, evening) == 1
    (mail,) = ledger.deliver(evening)
    assert ledger.addresses() == ["noor@school.example"]
    assert mail["Subject"] == f"Over je aanmelding voor {cohort.name}"
    for kind in ("plain", "html"):
        assert "Dag Noor" in words(mail, kind)
        assert cohort.name in words(mail, kind)
        assert "geheime" not in words(mail, kind)
    assert mail["List-Unsubscribe"] is None
    assert ledger.plan(RULE, evening) == 0
    assert ledger.deliver(evening + timedelta(days=1)) == []


def test_a_second_no_is_a_second_mail_and_a_yes_is_none(
    session: Session, ledger: Ledger, organiser: Actor, cohort: Cohort, now: datetime
) -> None:
    for days in (0, 5):
        ask(session, cohort, "noor@school.example", now + timedelta(days=days))
        decline_all(session, organiser, cohort, now + timedelta(days=days))
        assert ledger.plan(RULE, now + timedelta(days=days)) == 1
        assert len(ledger.deliver(now + timedelta(days=days))) == 1
    ask(session, cohort, "ander@school.example", now + timedelta(days=6))
    approve_requests(session, organiser, cohort.id, now=now + timedelta(days=6))
    assert ledger.plan(RULE, now + timedelta(days=6)) == 0


def test_an_answer_that_waited_too_long_or_to_a_closed_account_is_not_sent(
    session: Session, ledger: Ledger, organiser: Actor, cohort: Cohort, now: datetime
) -> None:
    ask(session, cohort, "noor@school.example", now)
    decline_all(session, organiser, cohort, now)
    assert ledger.plan(RULE, now) == 1
    person = session.query(User).filter_by(email="noor@school.example").one()
    deactivate_user(session, organiser, person.id, now=now)
    assert ledger.deliver(now) == []
    ask(session, cohort, "laat@school.example", now)
    decline_all(session, organiser, cohort, now)
    assert ledger.plan(RULE, now + timedelta(days=4)) == 0
