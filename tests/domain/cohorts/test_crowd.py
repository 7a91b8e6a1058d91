"""Two hundred people at once for thirty seats, on real connections (invariant 10)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.seats import Newcomer, enrol_participants, promote_waiting
from peergang.cohorts.models import Enrolment
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.core.db import transaction
from peergang.core.errors import Conflict
from peergang.core.permissions import Actor
from tests.factories.cohorts import make_cohort
from tests.factories.identity import make_affiliation, make_institution, make_organiser, make_user

pytestmark = pytest.mark.database
SEATS, PEOPLE, AT_ONCE = 30, 200, 20


@pytest.fixture
def crowd(committed, postgres, now):
    """A cohort of thirty, an organiser and two hundred people who want in; and an engine with room for all at once."""
    # Without the limit of five seconds on waiting for a lock that the product has: who comes last waits for nineteen others.
    engine = sa.create_engine(postgres.url, pool_size=AT_ONCE + 5)
    with transaction(engine) as session:
        actor = Actor(user_id=make_organiser(session).id, is_organiser=True)
        cohort_id = make_cohort(session, now, capacity=SEATS).id
        school = make_institution(session)
        people = [make_user(session) for _ in range(PEOPLE)]
        newcomers = [Newcomer(one.id, make_affiliation(session, one, school).id) for one in people]
    yield engine, actor, cohort_id, newcomers
    engine.dispose()


def all_at_once(jobs):
    barrier = Barrier(AT_ONCE)

    def first(job, number):
        if number < AT_ONCE:
            barrier.wait(timeout=60)
        return job()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [one.result() for one in [pool.submit(first, job, n) for n, job in enumerate(jobs)]]


def places(engine, cohort_id):
    with transaction(engine) as session:
        rows = session.execute(
            sa.select(Enrolment.state, sa.func.count())
            .where(Enrolment.cohort_id == cohort_id, Enrolment.role == "participant")
            .group_by(Enrolment.state)
        )
        return dict(rows.all())


def test_two_hundred_at_once_leave_exactly_thirty_and_the_rest_in_order(crowd, now):
    engine, actor, cohort_id, newcomers = crowd

    def enrol(one):
        with transaction(engine) as session:
            return enrol_participants(session, actor, cohort_id, [one], now=now)

    results = all_at_once([lambda one=one: enrol(one) for one in newcomers])
    assert places(engine, cohort_id) == {"invited": SEATS, "waitlisted": PEOPLE - SEATS}
    assert sum(len(one.invited) for one in results) == SEATS
    with transaction(engine) as session:
        [first] = session.scalars(
            sa.select(Enrolment.id)
            .where(Enrolment.cohort_id == cohort_id, Enrolment.state == "waitlisted")
            .order_by(Enrolment.moved_up.desc(), Enrolment.waitlisted_at, Enrolment.id)
            .limit(1)
        )
        seated = session.scalars(
            sa.select(Enrolment.id).where(Enrolment.cohort_id == cohort_id, Enrolment.state == "invited")
        ).first()
        assert withdraw_enrolment(session, actor, seated, now=now).promoted == [first]


def test_coming_going_and_a_changing_capacity_never_seat_too_many(crowd, now):
    engine, actor, cohort_id, newcomers = crowd

    def enrol(one):
        with transaction(engine) as session:
            enrol_participants(session, actor, cohort_id, [one], now=now)

    def leave():
        with transaction(engine) as session:
            seated = session.scalars(
                sa.select(Enrolment.id)
                .where(Enrolment.cohort_id == cohort_id, Enrolment.state == "invited")
                .order_by(sa.func.random())
                .limit(1)
            ).first()
            if seated is None:
                return
            try:
                withdraw_enrolment(session, actor, seated, now=now)
            except Conflict:  # somebody else took them out at this moment
                session.rollback()

    def grow():
        with transaction(engine) as session:
            cohort = lock_cohort(session, cohort_id)
            cohort.capacity += 1
            session.flush()
            promote_waiting(session, cohort, now=now)

    jobs = []
    for number, one in enumerate(newcomers):
        jobs.append(lambda one=one: enrol(one))
        if number % 5 == 0:
            jobs.append(leave)
        if number % 20 == 0:
            jobs.append(grow)
    all_at_once(jobs)
    found = places(engine, cohort_id)
    assert found["invited"] == SEATS + PEOPLE // 20
    assert sum(found.values()) == PEOPLE
