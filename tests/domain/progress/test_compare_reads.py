"""Comparing two cohorts reads those two, whatever else there is in the network."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort
from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.queries import compare
from peergang.progress.queries.meetings import list_meeting_attendance, read_meetings_text
from peergang.progress.rules.moment import Moment
from tests.factories.cohorts import make_cohort, make_meeting, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.progress import attend, compile_now, complete, list_activities

pytestmark = pytest.mark.database


def _fill(session: Session, now: datetime) -> list[Cohort]:
    edition = make_edition(session)
    cohorts = [make_cohort(session, now, edition=edition) for _ in range(3)]
    for cohort in cohorts:
        person = make_participant(session, cohort)
        for number in (1, 2):
            meeting = make_meeting(session, cohort, now - timedelta(days=12 - 4 * number), number=number)
            attend(session, meeting, person, "present" if number == 1 else "absent")
        complete(session, person, *list_activities(session, edition)[:2], at=now - timedelta(days=4))
    compile_now(session, now)
    take_snapshot(session, now=now - timedelta(days=3))
    return cohorts


@pytest.mark.parametrize("days", [0, 2])
def test_nothing_is_read_of_a_third_cohort(session: Session, now: datetime, days: int) -> None:
    cohorts = _fill(session, now)
    at = Moment(now, (now - timedelta(days=days)).date())
    two = [one.id for one in cohorts[:2]]
    read = compare._read(session, two, at)
    assert read.keys() >= {"cells", "meetings"}
    for kind in ("cells", "meetings", "weeks"):
        assert read[kind].keys() == {str(one) for one in two}, kind


@pytest.mark.parametrize("days", [0, 2])
def test_meetings_of_some_are_those_of_the_whole_network(session: Session, now: datetime, days: int) -> None:
    wanted = {str(one.id) for one in _fill(session, now)[:2]}
    at = Moment(now, (now - timedelta(days=days)).date())
    whole = [tuple(row) for row in json.loads(read_meetings_text(session, at)) if row[0] in wanted]
    assert len(whole) == 4
    assert sorted(map(tuple, list_meeting_attendance(session, at, wanted))) == sorted(whole)
    assert list_meeting_attendance(session, at, []) == []
