"""Quiet for three weeks: by days in Amsterdam, not in a holiday, and not for who did what is due."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortActivity, Enrolment, Extension, FreePeriod
from peergang.core.clock import at_local
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.progress import complete, list_activities
from tests.factories.risks import evaluate_now, open_signals


class Place:
    """A participant who did one thing on a day, with one thing that is due a day later and all else far away."""

    def __init__(self, session: Session, did_at: datetime) -> None:
        edition = make_edition(session)
        self.session, self.did_at = session, did_at
        self.cohort: Cohort = make_cohort(session, did_at, edition=edition)
        self.person: Enrolment = make_participant(session, self.cohort)
        by_kind = {one.kind: one for one in list_activities(session, edition)}
        self.done, self.due = by_kind["read"], by_kind["reflection"]
        far = did_at + timedelta(days=365)
        own = CohortActivity.cohort_id == self.cohort.id
        session.execute(update(CohortActivity).where(own).values(due_at=far))
        session.execute(
            update(CohortActivity)
            .where(own, CohortActivity.activity_id == self.due.id)
            .values(opens_at=did_at - timedelta(days=9), due_at=did_at + timedelta(days=1))
        )
        complete(session, self.person, self.done, at=did_at)

    def signals(self, now: datetime) -> list[date]:
        evaluate_now(self.session, now)
        return [one.since for one in open_signals(self.session, "quiet")]


@pytest.fixture
def place(session: Session, now: datetime) -> Place:
    return Place(session, now)


def test_on_the_twentieth_day_nobody_is_quiet_and_on_the_twenty_first_somebody_is(
    place: Place, now: datetime
) -> None:
    day = now.date()
    assert place.signals(at_local(day + timedelta(days=20), time(23, 59))) == []
    assert place.signals(at_local(day + timedelta(days=21), time(0, 0))) == [day]


@pytest.mark.parametrize("day", [date(2027, 3, 20), date(2027, 10, 25)], ids=["spring", "autumn"])
def test_the_change_of_the_clock_makes_a_day_no_longer_and_no_shorter(session: Session, day: date) -> None:
    """The clock changes on 28 March and on 31 October."""
    place = Place(session, at_local(day, time(23, 30)))
    assert place.signals(at_local(day + timedelta(days=20), time(23, 59))) == []
    assert place.signals(at_local(day + timedelta(days=21), time(0, 1))) == [day]


def test_who_does_something_is_not_quiet_any_more(place: Place, now: datetime) -> None:
    later = now + timedelta(days=25)
    assert place.signals(later)
    complete(place.session, place.person, place.due, at=later)
    assert place.signals(later) == []


def test_who_did_everything_that_is_due_may_be_silent(place: Place, now: datetime) -> None:
    complete(place.session, place.person, place.due, at=now - timedelta(days=1))
    assert place.signals(now + timedelta(days=40)) == []


def test_who_has_more_time_may_be_silent_until_then(place: Place, now: datetime) -> None:
    until = now + timedelta(days=30)
    place.session.add(
        Extension(
            enrolment_id=place.person.id,
            activity_id=place.due.id,
            due_at=until,
            reason="Verhuizing",
            granted_at=now,
        )
    )
    assert place.signals(until - timedelta(minutes=1)) == []
    assert place.signals(until) == [now.date()]


def test_over_the_summer_nobody_is_quiet_and_three_weeks_after_it_somebody_is(
    place: Place, now: datetime
) -> None:
    first, last = now.date() + timedelta(days=5), now.date() + timedelta(days=47)
    place.session.add(FreePeriod(name="Zomervakantie", region="", starts_on=first, ends_on=last))
    for days in (5, 25, 47, 50, 67):
        assert place.signals(now + timedelta(days=days)) == []
    assert place.signals(now + timedelta(days=68)) == [last]


def test_a_day_off_is_no_holiday(place: Place, now: datetime) -> None:
    first = now.date() + timedelta(days=18)
    place.session.add(FreePeriod(name="Studiedag", region="", starts_on=first, ends_on=first))
    assert place.signals(now + timedelta(days=21)) == [now.date()]


@pytest.mark.parametrize("state", ["closed", "cancelled", "open"])
def test_in_a_cohort_that_does_not_run_nobody_is_quiet(place: Place, now: datetime, state: str) -> None:
    assert place.signals(now + timedelta(days=30))
    place.cohort.state = state
    assert place.signals(now + timedelta(days=30)) == []


@pytest.mark.parametrize("state", ["withdrawn", "completed"])
def test_who_stopped_or_is_ready_is_not_quiet(place: Place, now: datetime, state: str) -> None:
    assert place.signals(now + timedelta(days=30))
    place.person.state = state
    place.person.withdrawn_at = now
    assert place.signals(now + timedelta(days=30)) == []
