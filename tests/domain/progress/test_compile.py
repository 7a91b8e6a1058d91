"""Progress is what the facts say: never over 100 %, the same by both roads, and no fact is touched (invariants 1 and 2)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, Cohort, Enrolment
from peergang.curriculum.models import Activity, Edition
from peergang.progress.actions.compile import compile_dirty, compile_waiting
from peergang.progress.actions.full_compile import compile_all
from peergang.progress.models import CompileRun, EnrolmentProgress, ProgressDirty
from tests.factories.cohorts import make_cohort, make_participant, make_trainer
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.progress import compile_now, complete, list_activities
from tests.moment import NOW

pytestmark = pytest.mark.database


def stored(session: Session) -> dict[object, tuple[object, ...]]:
    rows = session.execute(
        select(
            EnrolmentProgress.enrolment_id,
            EnrolmentProgress.required,
            EnrolmentProgress.completed,
            EnrolmentProgress.last_completed_at,
        )
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def recount(session: Session) -> dict[object, tuple[object, ...]]:
    """The same in plain Python, slowly and by another road."""
    activities = session.scalars(select(Activity)).all()
    programme = dict(session.execute(select(Edition.id, Edition.programme_id)).all())
    known = {one.id: (programme[one.edition_id], one.slug) for one in activities}
    found = {}
    for enrolment, edition_id in session.execute(
        select(Enrolment, Cohort.edition_id).join(Cohort, Cohort.id == Enrolment.cohort_id)
    ):
        if enrolment.role != "participant" or enrolment.state not in ("active", "completed"):
            continue
        facts = session.execute(
            select(ActivityCompletion.activity_id, ActivityCompletion.completed_at).where(
                ActivityCompletion.enrolment_id == enrolment.id
            )
        ).all()
        required = {known[one.id] for one in activities if one.edition_id == edition_id and one.required}
        done = {known[activity_id] for activity_id, _ in facts}
        last = max((moment for _, moment in facts), default=None)
        found[enrolment.id] = (len(required), len(required & done), last)
    return found


def test_counts_required_activities_of_the_edition(session: Session, now: datetime) -> None:
    edition = make_edition(session)
    cohort = make_cohort(session, now, edition=edition)
    enrolment = make_participant(session, cohort)
    activities = list_activities(session, edition)
    activities[0].required = False
    session.flush()
    complete(session, enrolment, activities[0], activities[1], at=now)
    compile_now(session, now)
    assert stored(session)[enrolment.id] == (5, 1, now)


def test_somebody_without_facts_has_progress_zero(session: Session, now: datetime) -> None:
    enrolment = make_participant(session, make_cohort(session, now))
    compile_now(session, now)
    assert stored(session)[enrolment.id] == (6, 0, None)


def test_trainers_and_the_invited_have_no_progress(session: Session, now: datetime) -> None:
    cohort = make_cohort(session, now)
    make_trainer(session, cohort)
    make_participant(session, cohort, state="invited")
    compile_now(session, now)
    compile_all(session.connection(), now=now)
    assert stored(session) == {}


def test_work_in_an_older_edition_counts_through_its_slug_and_never_twice(
    session: Session, now: datetime
) -> None:
    first = make_edition(session)
    second = make_next_edition(session, first, modules=2)
    cohort = make_cohort(session, now, edition=first)
    enrolment = make_participant(session, cohort)
    old = list_activities(session, first)
    complete(session, enrolment, *old, at=now)
    compile_now(session, now)
    assert stored(session)[enrolment.id][:2] == (6, 6)

    cohort.edition_id = second.id
    session.flush()
    new = [one for one in list_activities(session, second) if one.slug == old[0].slug]
    complete(session, enrolment, *new, at=now)
    compile_now(session, now)
    assert stored(session)[enrolment.id][:2] == (12, 6)


def test_the_same_slug_in_another_programme_does_not_count(session: Session, now: datetime) -> None:
    other = make_edition(session)
    enrolment = make_participant(session, make_cohort(session, now))
    complete(session, enrolment, *list_activities(session, other), at=now)
    compile_now(session, now)
    assert stored(session)[enrolment.id][:2] == (6, 0)


def test_more_activities_than_one_word_of_bits(session: Session, now: datetime) -> None:
    edition = make_edition(session, modules=25)
    enrolment = make_participant(session, make_cohort(session, now, edition=edition))
    activities = list_activities(session, edition)
    assert len(activities) == 150
    complete(session, enrolment, *activities[:149], at=now)
    compile_now(session, now)
    assert stored(session)[enrolment.id][:2] == (150, 149)


def test_withdrawing_takes_progress_away_and_leaves_the_facts(session: Session, now: datetime) -> None:
    edition = make_edition(session)
    enrolment = make_participant(session, make_cohort(session, now, edition=edition))
    complete(session, enrolment, *list_activities(session, edition)[:3], at=now)
    compile_now(session, now)
    before = session.execute(select(ActivityCompletion.activity_id, ActivityCompletion.completed_at)).all()
    enrolment.state = "withdrawn"
    compile_now(session, now)
    compile_all(session.connection(), now=now)
    assert stored(session) == {}
    after = session.execute(select(ActivityCompletion.activity_id, ActivityCompletion.completed_at)).all()
    assert sorted(after) == sorted(before)


@pytest.mark.parametrize(
    "statement",
    [
        delete(ActivityCompletion),
        update(ActivityCompletion).values(completed_at=func.now()),
        text("UPDATE activity_completion SET evidence_kind = 'other'"),
    ],
)
def test_a_fact_cannot_be_changed_or_removed(session: Session, now: datetime, statement: object) -> None:
    edition = make_edition(session)
    enrolment = make_participant(session, make_cohort(session, now, edition=edition))
    complete(session, enrolment, list_activities(session, edition)[0], at=now)
    with pytest.raises(IntegrityError, match="is a fact and stays"), session.begin_nested():
        session.execute(statement)  # type: ignore[call-overload]


def test_the_database_refuses_more_than_all(session: Session, now: datetime) -> None:
    enrolment = make_participant(session, make_cohort(session, now))
    too_much = {"enrolment_id": enrolment.id, "required": 3, "completed": 4, "compiled_at": now}
    with pytest.raises(IntegrityError, match="never_over_all"), session.begin_nested():
        session.execute(insert(EnrolmentProgress).values(too_much))


def test_one_call_takes_no_more_than_its_limit_the_oldest_first(session: Session, now: datetime) -> None:
    cohort = make_cohort(session, now)
    enrolments = [make_participant(session, cohort) for _ in range(5)]
    for minutes, enrolment in enumerate(reversed(enrolments)):
        session.execute(
            update(ProgressDirty)
            .where(ProgressDirty.enrolment_id == enrolment.id)
            .values(marked_at=now + timedelta(minutes=minutes))
        )
    assert compile_dirty(session, now=now, limit=2) == 2
    assert set(stored(session)) == {enrolments[4].id, enrolments[3].id}
    assert compile_dirty(session, now=now, limit=10) == 3
    assert compile_dirty(session, now=now) == 0


def test_the_full_compile_finds_and_repairs_what_is_wrong(session: Session, now: datetime) -> None:
    edition = make_edition(session)
    cohort = make_cohort(session, now, edition=edition)
    right, wrong, missing, dirty, gone = (make_participant(session, cohort) for _ in range(5))
    activities = list_activities(session, edition)
    for enrolment in (right, wrong, missing):
        complete(session, enrolment, activities[0], at=now)
    compile_now(session, now)
    session.execute(
        update(EnrolmentProgress).where(EnrolmentProgress.enrolment_id == wrong.id).values(completed=6)
    )
    session.execute(delete(EnrolmentProgress).where(EnrolmentProgress.enrolment_id == missing.id))
    gone.state = "withdrawn"
    session.flush()
    session.execute(delete(ProgressDirty))
    complete(session, dirty, activities[0], at=now)

    result = compile_all(session.connection(), now=now)
    assert (result.enrolments, result.written, result.wrong) == (4, 4, 3)
    assert stored(session) == recount(session)
    run = session.scalars(select(CompileRun)).one()
    assert (run.started_at, run.enrolments, run.corrected) == (now, 4, 3)
    assert run.finished_at is not None
    assert run.finished_at >= now
    assert compile_all(session.connection(), now=now).written == 0


step = st.tuples(
    st.sampled_from(["complete", "withdraw", "return", "upgrade", "compile", "trainer"]),
    st.integers(0, 3),
    st.integers(0, 11),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(step, max_size=25))
def test_any_history_gives_the_same_by_three_roads(
    connection: Connection, history: list[tuple[str, int, int]]
) -> None:
    point = connection.begin_nested()
    with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        live_through(session, history)
    point.rollback()


def live_through(session: Session, history: list[tuple[str, int, int]]) -> None:
    first = make_edition(session, modules=2)
    second = make_next_edition(session, first, modules=2)
    slugs = list_activities(session, second)
    slugs[3].required = False
    slugs[5].slug = "iets-nieuws"
    session.flush()
    cohorts = [make_cohort(session, NOW, edition=first) for _ in range(2)]
    enrolments = [make_participant(session, cohorts[number % 2]) for number in range(4)]
    for number, (kind, who, what) in enumerate(history):
        moment = NOW + timedelta(hours=number)
        cohort, enrolment = cohorts[who % 2], enrolments[who]
        if kind == "complete":
            edition = session.get_one(Edition, cohort.edition_id)
            complete(session, enrolment, list_activities(session, edition)[what], at=moment)
        elif kind == "upgrade":
            cohort.edition_id = second.id
        elif kind == "compile":
            compile_now(session, moment)
        elif kind in ("withdraw", "return"):
            enrolment.state = "withdrawn" if kind == "withdraw" else "active"
        session.flush()
    compile_now(session, NOW)
    by_increments = stored(session)
    assert by_increments == recount(session)
    assert compile_all(session.connection(), now=NOW).wrong == 0
    session.execute(delete(EnrolmentProgress))
    compile_all(session.connection(), now=NOW)
    assert stored(session) == by_increments
    assert all(0 <= completed <= required for required, completed, _ in by_increments.values())  # type: ignore[operator]


def test_one_run_takes_batch_after_batch(session: Session, now: datetime) -> None:
    cohort = make_cohort(session, now)
    for _ in range(7):
        make_participant(session, cohort)
    session.flush()
    connection = session.connection()
    waiting = select(func.count()).select_from(ProgressDirty)
    number = session.scalar(waiting)
    assert compile_waiting(connection, now=now, limit=2, budget=timedelta()) == 0, "no time, no batch"
    assert (
        compile_waiting(connection, now=now, limit=2, keep_on=lambda: session.scalar(waiting) > number - 4)
        == 4
    )
    assert compile_waiting(connection, now=now, limit=2) == number - 4
    assert session.scalar(waiting) == 0
