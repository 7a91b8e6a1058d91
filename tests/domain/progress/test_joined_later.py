"""What was due before somebody joined is not asked of them: in the cell, under it, in the people, the comparison, the snapshot
and the signals alike.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peergang.cohorts.actions.extensions import extend_activity
from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.core.clock import local_date
from peergang.curriculum.models import Activity
from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.models import ProgressSnapshot
from peergang.progress.queries.compare import get_runs
from peergang.progress.queries.evidence import list_work_evidence
from peergang.progress.queries.participation import list_cells
from peergang.progress.queries.people import list_participants
from peergang.progress.rules.moment import Moment
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution, make_organiser
from tests.factories.progress import compile_now, hand_in, list_activities

pytestmark = pytest.mark.database

DAY = timedelta(days=1)

Counted = dict[str, tuple[int, int]]


@dataclass
class Scene:
    session: Session
    now: datetime
    cohort: Cohort
    early: Enrolment
    late: Enrolment
    reflection: Activity

    def counted(self, ago: int = 0) -> Counted:
        """How many reflections were due and handed in, as everybody counts them who counts."""
        day = local_date(self.now - ago * DAY) if ago else None
        at = Moment(self.now, day)
        people = {one.enrolment_id: one for one in list_participants(self.session, self.cohort.id, at)}
        rows = list_work_evidence(self.session, list(people), at)
        (cell,) = list_cells(self.session, at)
        (run,) = get_runs(self.session, [self.cohort.id], at)
        return {
            "cell": (cell.due, cell.handed_in),
            "people": (
                sum(one.due for one in people.values()),
                sum(one.handed_in for one in people.values()),
            ),
            "evidence": (len(rows), sum(row.handed_in_at is not None for row in rows)),
            "compare": (sum(one.due for one in run.work), sum(one.handed_in for one in run.work)),
        }

    def due_of(self, enrolment: Enrolment) -> object:
        rows = list_participants(self.session, self.cohort.id, self.now)
        return next(one.due for one in rows if one.enrolment_id == enrolment.id)

    def write(self, enrolment: Enrolment, ago: int) -> None:
        hand_in(self.session, enrolment, self.reflection, at=self.now - ago * DAY, text="Iets")


@pytest.fixture
def scene(session: Session, now: datetime) -> Scene:
    """A reflection was due twelve days ago; somebody was there from the start, somebody joined eight days ago."""
    edition = make_edition(session)
    cohort = make_cohort(session, now - 30 * DAY, edition=edition)
    school = make_institution(session)
    early = make_participant(session, cohort, institution=school, at=now - 30 * DAY)
    late = make_participant(session, cohort, institution=school, at=now - 8 * DAY)
    reflection = next(one for one in list_activities(session, edition) if one.kind == "reflection")
    own = CohortActivity.cohort_id == cohort.id
    session.execute(update(CohortActivity).where(own).values(due_at=now + 90 * DAY))
    session.get_one(CohortActivity, (cohort.id, reflection.id)).due_at = now - 12 * DAY
    session.flush()
    compile_now(session, now)
    return Scene(session, now, cohort, early, late, reflection)


def agree(counted: Counted) -> tuple[int, int]:
    (same,) = set(counted.values())
    return same


def test_it_is_not_asked_of_who_joined_later(scene: Scene) -> None:
    assert agree(scene.counted()) == (1, 0)
    assert (scene.due_of(scene.early), scene.due_of(scene.late)) == (1, 0)
    assert agree(scene.counted(ago=3)) == (1, 0)


def test_who_does_it_all_the_same_does_not_do_more_than_was_asked(scene: Scene) -> None:
    scene.write(scene.late, 2)
    compile_now(scene.session, scene.now)
    assert agree(scene.counted()) == (1, 0)
    scene.write(scene.early, 1)
    compile_now(scene.session, scene.now)
    assert agree(scene.counted()) == (1, 1)
    assert agree(scene.counted(ago=1)) == (1, 1)
    assert agree(scene.counted(ago=2)) == (1, 0)


def test_with_more_time_it_is_asked_of_them_after_all(scene: Scene) -> None:
    """Their own date counts, and that one lies after they joined."""
    organiser = actor_of(scene.session, make_organiser(scene.session))
    extend_activity(
        scene.session,
        organiser,
        scene.late.id,
        scene.reflection.id,
        due_on=local_date(scene.now + 2 * DAY),
        reason="Kwam later",
        now=scene.now,
    )
    assert agree(scene.counted()) == (1, 0), "not yet"
    scene.now += 5 * DAY
    assert agree(scene.counted()) == (2, 0)


def test_what_is_due_at_the_moment_of_joining_is_theirs(scene: Scene) -> None:
    scene.late.activated_at = scene.now - 12 * DAY
    scene.session.flush()
    assert agree(scene.counted()) == (2, 0)


def test_of_who_came_back_the_last_time_counts(scene: Scene) -> None:
    scene.early.state, scene.early.withdrawn_at = "withdrawn", scene.now - 10 * DAY
    scene.session.flush()
    scene.early.state, scene.early.withdrawn_at = "active", None
    scene.early.activated_at = scene.now - 5 * DAY
    scene.session.flush()
    compile_now(scene.session, scene.now)
    assert scene.due_of(scene.early) == 0
    assert agree(scene.counted(ago=3)) == (0, 0)
    assert agree(scene.counted(ago=11)) == (1, 0), "that day they were there, and it was theirs"


def test_the_snapshot_keeps_what_the_page_says(scene: Scene) -> None:
    take_snapshot(scene.session, now=scene.now)
    kept = dict(scene.session.execute(select(ProgressSnapshot.enrolment_id, ProgressSnapshot.due)).all())
    assert kept == {scene.early.id: 1, scene.late.id: 0}
