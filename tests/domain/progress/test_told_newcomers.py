"""Of who has just begun contacts do not hear that they were not seen for three weeks."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortModule
from peergang.core.clock import local_date
from peergang.progress.actions.telling import tell_contacts
from peergang.progress.models import ContactMember
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_institution
from tests.factories.progress import compile_now

pytestmark = pytest.mark.database

DAY = timedelta(days=1)
PEOPLE = 5


def begin(session: Session, now: datetime, *, cohort_ago: int, joined_ago: int, opened_ago: int) -> Cohort:
    """Five people of one school, none of whom did anything yet."""
    cohort = make_cohort(session, now)
    cohort.starts_on = local_date(now - cohort_ago * DAY)
    cohort.started_at = now - cohort_ago * DAY
    opens_at = CohortModule.opens_at + (now - opened_ago * DAY - (now - 14 * DAY))
    session.execute(update(CohortModule).values(opens_at=opens_at))
    school = make_institution(session)
    for _ in range(PEOPLE):
        make_participant(session, cohort, institution=school, at=now - joined_ago * DAY)
    compile_now(session, now)
    return cohort


@pytest.mark.parametrize(
    ("cohort_ago", "joined_ago", "opened_ago", "active"),
    [
        (5, 5, 5, True),
        (60, 5, 60, True),
        (60, 60, 5, True),
        (5, 60, 5, True),
        (60, 60, 60, False),
        # To the day: this Tuesday the week that is over ended two days ago.
        (22, 22, 22, True),
        (23, 23, 23, False),
    ],
)
def test_silence_begins_when_somebody_could_do_something(
    session: Session, now: datetime, cohort_ago: int, joined_ago: int, opened_ago: int, active: bool
) -> None:
    begin(session, now, cohort_ago=cohort_ago, joined_ago=joined_ago, opened_ago=opened_ago)
    assert now.weekday() == 1
    assert tell_contacts(session, now=now) == PEOPLE
    assert list(session.scalars(select(ContactMember.active))) == [active] * PEOPLE
