"""The facts under a figure of a day that is over are those of that day, whatever was granted, taken back or withdrawn since."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.extensions import extend_activity
from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.cohorts.models import Cohort, CohortActivity, Enrolment
from peergang.core.clock import local_date
from peergang.coursework.models import Reflection
from peergang.curriculum.models import Activity, Edition
from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.queries.compare import get_runs
from peergang.progress.queries.evidence import list_completion_evidence, list_work_evidence
from peergang.progress.queries.participation import list_cells
from peergang.progress.rules.moment import Moment
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser
from tests.factories.progress import compile_now, hand_in, list_activities

pytestmark = pytest.mark.database

DAY = timedelta(days=1)


@dataclass
class Scene:
    session: Session
    now: datetime
    cohort: Cohort
    person: Enrolment
    reflection: Activity
    written: Reflection

    def counted(self, at: Moment) -> dict[str, tuple[int, int]]:
        """How many were due and handed in: by the cell, by its evidence and in the comparison."""
        (cell,) = list_cells(self.session, at)
        (run,) = get_runs(self.session, [self.cohort.id], at)
        rows = list_work_evidence(self.session, [self.person.id], at)
        return {
            "cell": (cell.due, cell.handed_in),
            "evidence": (len(rows), sum(row.handed_in_at is not None for row in rows)),
            "compare": (sum(one.due for one in run.work), sum(one.handed_in for one in run.work)),
        }


@pytest.fixture
def scene(session: Session, now: datetime) -> Scene:
    """Somebody handed in a reflection that was due twelve days ago."""
    edition = make_edition(session)
    cohort = make_cohort(session, now, edition=edition)
    person = make_participant(session, cohort)
    reflection = next(one for one in list_activities(session, edition) if one.kind == "reflection")
    session.get_one(CohortActivity, (cohort.id, reflection.id)).due_at = now - 12 * DAY
    written = hand_in(session, person, reflection, at=now - 13 * DAY, text="Iets")
    compile_now(session, now - 10 * DAY)
    take_snapshot(session, now=now - 10 * DAY)
    return Scene(session, now, cohort, person, reflection, written)


@pytest.mark.parametrize("ago", [10, 9])
def test_more_time_and_taking_back_change_nothing_of_before(scene: Scene, ago: int) -> None:
    """With a snapshot of the day, and on a day without one."""
    at = Moment(scene.now, local_date(scene.now - ago * DAY))
    before = scene.counted(at)
    assert set(before.values()) == {(1, 1)}
    organiser = actor_of(scene.session, make_organiser(scene.session))
    extend_activity(
        scene.session,
        organiser,
        scene.person.id,
        scene.reflection.id,
        due_on=local_date(scene.now + 9 * DAY),
        reason="Ziek",
        now=scene.now,
    )
    scene.written.state, scene.written.state_since = "withdrawn", scene.now
    scene.session.flush()
    assert scene.counted(at) == before
    assert set(scene.counted(Moment(scene.now)).values()) == {(0, 0)}


@pytest.mark.parametrize("ago", [10, 9])
def test_a_judgment_that_was_taken_back_since_stood_on_that_day(scene: Scene, ago: int) -> None:
    """The figure was kept with it, so what is under the figure has it too."""
    session, now, person = scene.session, scene.now, scene.person
    trainer = actor_of(session, make_organiser(session))
    activity = next(
        one for one in list_activities(session, session.get_one(Edition, scene.cohort.edition_id))
    )
    made = override_completion(
        session, trainer, person.id, activity.id, "Deed het mondeling.", now=now - 11 * DAY
    )
    compile_now(session, now - 10 * DAY)
    take_snapshot(session, now=now - 10 * DAY)
    take_back_override(session, trainer, made, now=now - 5 * DAY)
    compile_now(session, now)

    def done(at: Moment) -> tuple[int, int]:
        (cell,) = list_cells(session, at)
        rows = list_completion_evidence(session, [person.id], at)
        assert len({row.activity_id for row in rows}) == len(rows)
        return cell.completed, sum(row.completed_at is not None for row in rows)

    assert done(Moment(now, local_date(now - ago * DAY))) == (1, 1)
    assert done(Moment(now)) == (0, 0)
    record_completion(
        session, person.id, activity.id, completed_at=now - 10 * DAY - DAY / 2, evidence_kind="read"
    )
    assert done(Moment(now, local_date(now - ago * DAY)))[1] == 1, "once, whatever proves it by now"
