"""Due dates that follow the meetings keep off weekends, public holidays and free periods; dates of their own do not."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from peergang.cohorts.actions.cohorts import CohortDetails, create_cohort
from peergang.cohorts.actions.dates import pin_module
from peergang.cohorts.actions.meetings import MeetingDetails, plan_meetings
from peergang.cohorts.models import CohortActivity, CohortModule, FreePeriod
from peergang.core.clock import at_local, local_date
from peergang.core.free_days import free_days
from peergang.core.permissions import Actor
from peergang.curriculum.models import Module
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser

pytestmark = pytest.mark.database

SATURDAY_AFTER = date(2026, 12, 15)
"""A Tuesday; the content says that a module is due four days later."""


@pytest.fixture
def actor(session):
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


def at(day: date) -> tuple[datetime, datetime]:
    return at_local(day, time(13, 30)), at_local(day, time(16, 30))


def plan(session, actor, now):
    edition = make_edition(session, modules=2)
    details = CohortDetails(edition.id, "Winter", date(2026, 11, 24), date(2027, 3, 1), 20)
    cohort = create_cohort(session, actor, details, now=now)
    modules = session.scalars(select(Module).where(Module.edition_id == edition.id).order_by(Module.position))
    days = (SATURDAY_AFTER, date(2027, 2, 2))
    proposal = [MeetingDetails(one.slug, one.id, *at(day)) for one, day in zip(modules, days, strict=True)]
    plan_meetings(session, actor, cohort.id, proposal)
    return cohort


def due_days(session, cohort):
    tables = (CohortModule, CohortActivity)
    moments = [
        session.scalars(select(one.due_at).where(one.cohort_id == cohort.id).order_by(one.due_at)).all()
        for one in tables
    ]
    return [[local_date(moment) for moment in found] for found in moments]


def test_everything_derived_is_due_on_a_working_day(session, actor, now):
    period = {"name": "Kerstvakantie", "starts_on": date(2026, 12, 19), "ends_on": date(2027, 1, 3)}
    session.add(FreePeriod(region="zuid", **period))
    modules, activities = due_days(session, plan(session, actor, now))
    free = free_days([2026, 2027])
    for day in (*modules, *activities):
        assert day.weekday() < 5, day
        assert day not in free, day
        assert not period["starts_on"] <= day <= period["ends_on"], "one region is enough"


def test_a_date_of_its_own_may_fall_on_any_day(session, actor, now):
    cohort = plan(session, actor, now)
    module_id = session.scalars(select(Module.id).where(Module.edition_id == cohort.edition_id)).first()
    christmas = date(2026, 12, 25)
    values = {"opens_on": christmas - timedelta(days=20), "due_on": christmas}
    pin_module(session, actor, cohort.id, module_id, **values, now=now)
    assert christmas in due_days(session, cohort)[0]
