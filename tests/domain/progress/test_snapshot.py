"""The history: a row a day, the same however often it is taken, on the calendar of Amsterdam."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.models import ProgressSnapshot
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.progress import compile_now, complete, list_activities

pytestmark = pytest.mark.database


def history(session: Session) -> list[tuple[date, int, int]]:
    rows = session.execute(
        select(ProgressSnapshot.day, ProgressSnapshot.required, ProgressSnapshot.completed).order_by(
            ProgressSnapshot.day
        )
    )
    return [tuple(row) for row in rows]


def test_a_second_run_adds_nothing_and_keeps_up(session: Session, now: datetime) -> None:
    edition = make_edition(session)
    enrolment = make_participant(session, make_cohort(session, now, edition=edition))
    compile_now(session, now)
    assert take_snapshot(session, now=now) == 1
    assert take_snapshot(session, now=now) == 0
    complete(session, enrolment, list_activities(session, edition)[0], at=now)
    compile_now(session, now)
    assert take_snapshot(session, now=now) == 1
    assert history(session) == [(date(2026, 11, 17), 6, 1)]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 17, 22, 59, tzinfo=UTC), date(2026, 11, 17)),
        (datetime(2026, 11, 17, 23, 1, tzinfo=UTC), date(2026, 11, 18)),
        (datetime(2026, 7, 17, 22, 1, tzinfo=UTC), date(2026, 7, 18)),
    ],
)
def test_the_day_is_that_of_amsterdam(session: Session, now: datetime, moment: datetime, day: date) -> None:
    make_participant(session, make_cohort(session, now))
    compile_now(session, now)
    take_snapshot(session, now=moment)
    assert [row[0] for row in history(session)] == [day]


def test_a_cohort_that_ended_long_ago_adds_no_rows(session: Session, now: datetime) -> None:
    cohort = make_cohort(session, now, state="closed")
    make_participant(session, cohort)
    compile_now(session, datetime(2026, 11, 1, 9, 0, tzinfo=UTC))
    assert take_snapshot(session, now=now) == 0
    compile_now(session, now)
    cohort.name = "Andere naam"
    compile_now(session, now)
    assert take_snapshot(session, now=now) == 1
