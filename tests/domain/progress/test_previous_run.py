"""The running cohort beside the run before it, at the same point."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.core.clock import at_local
from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.queries.meetings import list_meeting_attendance
from peergang.progress.queries.participation import list_cells
from peergang.progress.queries.previous_run import list_previous_runs
from peergang.progress.rules.moment import Moment
from peergang.progress.rules.trend import Against, compare_runs
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.progress import attend, compile_now, complete, list_activities

pytestmark = pytest.mark.database

RUN = timedelta(days=200)


def test_each_run_is_compared_at_the_same_meeting_and_day(session: Session, now: datetime) -> None:
    edition = make_edition(session)
    newer = make_next_edition(session, edition)
    make_cohort(session, now - 2 * RUN, edition=edition, state="closed")
    before = make_cohort(session, now - RUN, edition=edition)
    running = make_cohort(session, now, edition=newer)
    lonely = make_cohort(session, now, edition=make_edition(session))
    make_participant(session, lonely)
    old = [make_participant(session, before) for _ in range(2)]
    new = make_participant(session, running)
    activities = list_activities(session, edition)
    complete(session, old[0], *activities[:3], at=now - RUN - timedelta(days=1))
    compile_now(session, now - RUN)
    take_snapshot(session, now=at_local((now - RUN).date(), time(23, 30)))
    # What the previous run did later makes no difference.
    complete(session, old[1], *activities, at=now - RUN + timedelta(days=30))
    complete(session, new, list_activities(session, newer)[0], at=now)
    before.state, before.closed_at = "closed", now - timedelta(days=20)
    for cohort, people, start in ((before, old, now - RUN), (running, [new], now)):
        for number in (1, 2) if cohort is running else (1, 2, 3):
            meeting = make_meeting(session, cohort, start - timedelta(days=10 - number), number=number)
            for one in people:
                there = number < 3 and one is not old[1]
                attend(session, meeting, one, "present" if there else "absent")
    compile_now(session, now)
    rows = list_previous_runs(session, now)
    assert [(row.cohort_id, row.previous_id, row.people, row.completed, row.required) for row in rows] == [
        (str(running.id), str(before.id), 2, 3, 12)
    ]
    assert rows[0].day == (now - RUN).date()
    trend = compare_runs(
        list_cells(session, now), rows, list_meeting_attendance(session, now, [running.id, before.id])
    )
    assert trend is not None
    assert (trend.cohorts, trend.names) == (1, [before.name])
    assert trend.attendance == Against(100, 50)
    assert trend.progress == Against(17, 25)
    assert trend.progress.change == -8
    earlier = Moment(now, now.date() - timedelta(days=100))
    assert list_previous_runs(session, earlier) == []


def test_history_that_does_not_go_back_so_far_says_nothing(session: Session, now: datetime) -> None:
    edition = make_edition(session)
    before = make_cohort(session, now - RUN, edition=edition, state="closed")
    make_participant(session, before)
    make_participant(session, make_cohort(session, now, edition=edition))
    compile_now(session, now)
    rows = list_previous_runs(session, now)
    assert [row.people for row in rows] == [0]
    trend = compare_runs(list_cells(session, now), rows, ())
    assert trend is not None
    assert trend.progress == Against(None, None)
    assert trend.progress.change is None
    assert compare_runs(list_cells(session, now), (), ()) is None
