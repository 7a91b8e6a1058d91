"""Taking an override back while evidence comes in, while the cohort goes over, and while somebody else does the same."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.completion import record_completion
from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.actions.overriding import override_completion, take_back_override
from peergang.cohorts.models import ActivityCompletion, Cohort
from peergang.core.db import make_engine, transaction
from peergang.core.errors import Conflict, NotFound
from peergang.curriculum.models import Activity, Edition
from peergang.progress.actions.compile import compile_dirty
from peergang.progress.models import EnrolmentProgress
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.identity import make_organiser

pytestmark = pytest.mark.database

HOUR = timedelta(hours=1)
Step = Callable[[Session], Any]


class Race(SimpleNamespace):
    """A participant whose reflection was completed by judgment, and what may happen to that at the same moment."""

    def override(self, session: Session) -> Any:
        return override_completion(
            session, self.trainer, self.person, self.activity, "Op papier gedaan.", now=self.now
        )

    def take_back(self, session: Session) -> Any:
        return take_back_override(session, self.trainer, self.given, now=self.now + 3 * HOUR)

    def prove(self, session: Session) -> Any:
        return record_completion(
            session,
            self.person,
            self.activity,
            completed_at=self.now + HOUR,
            evidence_kind="review",
            evidence_id=self.proof,
        )

    def upgrade(self, session: Session) -> Any:
        return upgrade_edition(
            session,
            self.organiser,
            self.cohort,
            from_edition_id=self.edition,
            to_edition_id=self.newer,
            now=self.now + HOUR,
        )

    def both(self, first: Step, second: Step) -> Any:
        """`first` is done and not committed when `second` begins, which has to wait; then both are."""
        with ThreadPoolExecutor(1) as pool, Session(self.engine) as leading:
            first(leading)
            answer = pool.submit(self._alone, second)
            self._wait_for_lock(answer)
            leading.commit()
            return answer.result(timeout=120)

    def _alone(self, step: Step) -> Any:
        try:
            with transaction(self.engine) as session:
                return step(session)
        except (Conflict, NotFound) as error:
            return type(error)

    def _wait_for_lock(self, answer: Any) -> None:
        blocked = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        last = monotonic() + 120
        while monotonic() < last:
            with self.engine.connect() as connection:
                if connection.scalar(blocked):
                    return
            assert not answer.done(), "the second did not wait for the first"
            sleep(0.02)
        raise AssertionError("nobody waited")

    def counts(self) -> list[Any]:
        """What counts in the present edition: kind of evidence and date; and progress never exceeds what is asked."""
        with transaction(self.engine) as session:
            while compile_dirty(session, now=self.now):
                pass
            progress = session.get_one(EnrolmentProgress, self.person)
            fact = ActivityCompletion
            rows = session.execute(
                sa.select(fact.evidence_kind, fact.completed_at)
                .join(Activity, Activity.id == fact.activity_id)
                .join(Cohort, Cohort.edition_id == Activity.edition_id)
                .where(fact.enrolment_id == self.person)
            ).all()
            assert progress.completed == len(rows) <= progress.required
            return [tuple(row) for row in rows]


@pytest.fixture
def race(committed: sa.Engine, postgres, now) -> Iterator[Race]:
    engine = make_engine(postgres.url, pool_size=6)
    with transaction(engine) as session:
        edition = make_edition(session, modules=1)
        newer = make_next_edition(session, edition, modules=1)
        cohort = make_cohort(session, now, edition=edition)
        activity = sa.select(Activity.id).where(
            Activity.edition_id == edition.id, Activity.slug == "m1-reflection"
        )
        made = Race(
            engine=engine,
            now=now,
            cohort=cohort.id,
            edition=edition.id,
            newer=newer.id,
            trainer=actor_of(session, make_trainer(session, cohort)),
            organiser=actor_of(session, make_organiser(session)),
            person=make_participant(session, cohort).id,
            activity=session.scalars(activity).one(),
            proof=uuid4(),
        )
        made.given = made.override(session)
        assert session.get(Edition, newer.id) is not None
    yield made
    engine.dispose()


@pytest.mark.parametrize("order", ["evidence first", "taking back first"])
def test_evidence_that_comes_in_meanwhile_is_never_lost(race, order) -> None:
    steps = (race.prove, race.take_back) if order == "evidence first" else (race.take_back, race.prove)
    race.both(*steps)
    assert race.counts() == [("review", race.now + HOUR)]


@pytest.mark.parametrize("order", ["upgrade first", "taking back first"])
def test_what_is_taken_back_does_not_live_on_in_the_newer_edition(race, order) -> None:
    steps = (race.upgrade, race.take_back) if order == "upgrade first" else (race.take_back, race.upgrade)
    race.both(*steps)
    assert race.counts() == []


@pytest.mark.parametrize("order", ["upgrade first", "evidence first"])
def test_evidence_beside_an_upgrade_counts_after_taking_back(race, order) -> None:
    steps = (race.upgrade, race.prove) if order == "upgrade first" else (race.prove, race.upgrade)
    race.both(*steps)
    assert race.counts() == [("override", race.now)]
    with transaction(race.engine) as session:
        race.take_back(session)
    assert race.counts() == [("review", race.now + HOUR)]


def test_two_who_take_it_back_do_so_once(race) -> None:
    assert race.both(race.take_back, race.take_back) is NotFound
    assert race.counts() == []


def test_two_who_judge_at_once_give_one_fact(race) -> None:
    with transaction(race.engine) as session:
        race.take_back(session)
    race.now = race.now + 4 * HOUR
    assert race.both(race.override, race.override) is Conflict
    assert race.counts() == [("override", race.now)]


def test_without_the_cohort_held_the_override_itself_makes_evidence_wait(race) -> None:
    """Whoever forgets to hold the cohort still meets the row of the override."""

    def bare(session: Session) -> None:
        session.execute(sa.text("UPDATE completion_override SET taken_back_at = made_at"))
        session.execute(sa.text("DELETE FROM activity_completion WHERE evidence_kind = 'override'"))

    assert race.both(bare, race.prove) is True
    assert race.counts() == [("review", race.now + HOUR)]


def test_a_fact_that_rests_on_what_is_being_taken_back_is_not_written(race) -> None:
    def bare(session: Session) -> None:
        session.execute(sa.text("UPDATE completion_override SET taken_back_at = made_at"))

    def carry(session: Session) -> int:
        copied = sa.text(
            "INSERT INTO activity_completion (enrolment_id, activity_id, completed_at, evidence_kind, evidence_id)"
            " SELECT enrolment_id, (SELECT id FROM activity WHERE edition_id = :newer AND slug = 'm1-reflection'),"
            " completed_at, evidence_kind, evidence_id FROM activity_completion"
        )
        return session.execute(copied, {"newer": race.newer}).rowcount

    assert race.both(bare, carry) == 0
