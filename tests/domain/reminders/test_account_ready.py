"""A place that somebody got without being asked."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.trainers import assign_trainer
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.cohorts.models import Cohort
from peergang.core.config import Settings
from peergang.core.permissions import Actor
from tests.domain.reminders.reading import plan, read, verdicts
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser, make_user

RULE = "account_ready"


@pytest.fixture
def organiser(session: Session) -> Actor:
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    cohort = make_cohort(session, now)
    make_participant(session, cohort)
    return cohort


def test_a_trainer_with_an_account_hears_that_they_train(
    session: Session, settings: Settings, organiser: Actor, cohort: Cohort, now: datetime
) -> None:
    known = make_user(session, email="trainer@school.example", password_hash="x")
    assign_trainer(session, organiser, cohort.id, email=known.email, now=now)
    assign_trainer(session, organiser, cohort.id, email="new@school.example", given_name="Nieuw", now=now)
    assert plan(session, RULE, now) == {known.id}, "who has no account yet is invited"
    words = read(session, settings, RULE, now)[known.id]
    assert words.subject == f"Je bent trainer van {cohort.name}"
    assert "/cohorten/mijn" in words.text
    assert "/cohorten/mijn" in words.html


def test_who_goes_on_in_another_cohort_hears_in_which(
    session: Session, settings: Settings, organiser: Actor, now: datetime
) -> None:
    edition = make_edition(session)
    here, there = (make_cohort(session, now, edition=edition) for _ in range(2))
    person = make_participant(session, here)
    make_participant(session, there)
    make_trainer(session, there)
    transfer_enrolment(session, organiser, person.id, there.id, now=now)
    assert person.user_id in plan(session, RULE, now)
    words = read(session, settings, RULE, now)[person.user_id]
    assert words.subject == f"Je gaat verder in {there.name}"
    assert "/deze-week" in words.text


def test_a_cohort_that_is_still_being_made_tells_nobody(
    session: Session, organiser: Actor, now: datetime
) -> None:
    cohort = make_cohort(session, now, state="planned")
    known = make_user(session, email="trainer@school.example", password_hash="x")
    assign_trainer(session, organiser, cohort.id, email=known.email, now=now)
    assert plan(session, RULE, now) == set()
    cohort.state, cohort.opened_at = "open", now + timedelta(days=30)
    assert plan(session, RULE, now + timedelta(days=30)) == {known.id}, "and tells it once it is open"


def test_who_left_again_is_told_nothing(
    session: Session, organiser: Actor, cohort: Cohort, now: datetime
) -> None:
    make_trainer(session, cohort)
    known = make_user(session, email="trainer@school.example", password_hash="x")
    place = assign_trainer(session, organiser, cohort.id, email=known.email, now=now)
    assert plan(session, RULE, now) == {known.id}
    assert verdicts(session, RULE, now) == {""}
    withdraw_enrolment(session, organiser, place.id, now=now)
    assert verdicts(session, RULE, now) == {"withdrawn"}
