"""Who left and came back stood there on every day that they took part: the same people on every page of that day."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.actions.invitations import accept_invitation
from peergang.cohorts.actions.leaving import invite_again, withdraw_enrolment
from peergang.cohorts.models import Cohort
from peergang.core.clock import local_date
from peergang.identity.models import User
from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.queries.annual_figures import get_annual
from peergang.progress.queries.compare import get_runs
from peergang.progress.queries.participation import list_cells
from peergang.progress.rules.filters import Sign
from peergang.progress.rules.moment import Moment
from peergang.progress.rules.years import Kind, Year
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser
from tests.factories.progress import compile_now, complete, list_activities

pytestmark = pytest.mark.database

DAY = timedelta(days=1)


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    """Two people: one left five days ago and came back four days ago."""
    edition = make_edition(session)
    cohort = make_cohort(session, now, edition=edition)
    stayed, returned = (make_participant(session, cohort, at=now - 13 * DAY) for _ in range(2))
    for one in (stayed, returned):
        complete(session, one, list_activities(session, edition)[0], at=now - 12 * DAY)
    compile_now(session, now - 10 * DAY)
    take_snapshot(session, now=now - 10 * DAY)
    organiser = actor_of(session, make_organiser(session))
    withdraw_enrolment(session, organiser, returned.id, reason="time", now=now - 5 * DAY)
    invite_again(session, organiser, returned.id, now=now - 4 * DAY)
    user = session.get_one(User, returned.user_id)
    accept_invitation(session, actor_of(session, user), returned.id, now=now - 4 * DAY)
    compile_now(session, now)
    session.expire_all()
    return cohort


@pytest.mark.parametrize(("ago", "people", "stopped"), [(10, 2, 0), (5, 1, 1), (4, 2, 0), (0, 2, 0)])
def test_every_page_of_a_day_has_the_same_people(
    session: Session, now: datetime, cohort: Cohort, ago: int, people: int, stopped: int
) -> None:
    day = local_date(now - ago * DAY)
    at = Moment(now, day)
    assert sum(cell.people for cell in list_cells(session, at)) == people
    (run,) = get_runs(session, [cohort.id], at)
    assert (run.people, run.started, run.stopped) == (people, 2, stopped)
    found = get_annual(session, Year(Kind.SCHOOL, 2026, Sign.BOTH, day if ago else None, now))
    # Who stopped during the year took part in it.
    assert (found.people, found.stopped, found.modules[0].reached) == (2, stopped, 2)
    assert [(one.row.started, one.row.stopped) for one in found.cohorts] == [(2, stopped)]
