"""Enrolling, the waiting list, leaving and coming back (invariant 10)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.leaving import invite_again, withdraw_enrolment
from peergang.cohorts.actions.seats import Newcomer, enrol_participants
from peergang.cohorts.models import (
    ActivityCompletion,
    Cohort,
    CohortActivity,
    Enrolment,
    PeerGroupMembership,
)
from peergang.core.db import transaction
from peergang.core.errors import Conflict, Forbidden, NotFound
from peergang.core.permissions import Actor
from peergang.identity.actions.people import set_affiliation
from peergang.identity.models import Affiliation, SingleUseToken
from tests.factories.cohorts import make_cohort, make_participant, make_peer_group
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_affiliation, make_institution, make_organiser, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def organiser(session):
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


def newcomers(session, number):
    school = make_institution(session)
    people = [make_user(session) for _ in range(number)]
    return [Newcomer(one.id, make_affiliation(session, one, school).id) for one in people]


def states(session, cohort):
    rows = session.execute(
        sa.select(Enrolment.state, sa.func.count())
        .where(Enrolment.cohort_id == cohort.id, Enrolment.role == "participant")
        .group_by(Enrolment.state)
    )
    return dict(rows.all())


def test_who_comes_too_late_waits_in_the_order_of_coming(session, organiser, now):
    cohort = make_cohort(session, now, capacity=3)
    people = newcomers(session, 6)
    enrolled = enrol_participants(session, organiser, cohort.id, people, now=now)
    assert (len(enrolled.invited), len(enrolled.waitlisted)) == (3, 3)
    waiting = [session.get(Enrolment, one).user_id for one in enrolled.waitlisted]
    assert waiting == [one.user_id for one in people[3:]]
    later = newcomers(session, 1)
    enrol_participants(session, organiser, cohort.id, later, now=now + timedelta(hours=1))
    first = session.scalar(sa.select(Enrolment.id).where(Enrolment.user_id == people[0].user_id))
    left = withdraw_enrolment(session, organiser, first, now=now + timedelta(days=1))
    assert left.promoted == [enrolled.waitlisted[0]]
    assert states(session, cohort) == {"invited": 3, "waitlisted": 3, "withdrawn": 1}


def test_enrolling_twice_changes_nothing(session, organiser, now):
    cohort = make_cohort(session, now, capacity=2)
    people = newcomers(session, 3)
    enrol_participants(session, organiser, cohort.id, people, now=now)
    again = enrol_participants(
        session, organiser, cohort.id, [*people, people[0]], now=now + timedelta(days=1)
    )
    assert (again.invited, again.waitlisted, again.unchanged) == ([], [], 3)
    assert states(session, cohort) == {"invited": 2, "waitlisted": 1}


def test_invitations_wait_until_the_cohort_is_open(session, organiser, now):
    planned = make_cohort(session, now, state="planned")
    enrol_participants(session, organiser, planned.id, newcomers(session, 2), now=now)
    assert session.query(SingleUseToken).count() == 0
    assert session.scalars(sa.select(Enrolment.invited_at)).all() == [None, None]
    running = make_cohort(session, now)
    people = newcomers(session, 2)
    session.execute(
        sa.text("UPDATE \"user\" SET password_hash = 'x' WHERE id = :id"), {"id": people[0].user_id}
    )
    enrol_participants(session, organiser, running.id, people, now=now)
    assert [one.user_id for one in session.query(SingleUseToken)] == [people[1].user_id]
    assert {str(job) for job, _ in session.info["jobs"]} == {"notices.plan_rule"}


def test_a_person_waits_for_one_link_however_often_they_are_invited(session, organiser, now):
    people = newcomers(session, 1)
    for _ in range(2):
        enrol_participants(session, organiser, make_cohort(session, now).id, people, now=now)
    assert session.query(SingleUseToken).count() == 1


def test_leaving_ends_the_peer_group_and_keeps_its_history(session, organiser, now):
    cohort = make_cohort(session, now)
    people = [make_participant(session, cohort) for _ in range(3)]
    make_peer_group(session, cohort, *people, since=now)
    withdraw_enrolment(session, organiser, people[0].id, now=now + timedelta(days=3))
    ended = session.scalars(
        sa.select(PeerGroupMembership.left_at).where(PeerGroupMembership.enrolment_id == people[0].id)
    ).one()
    assert ended == now + timedelta(days=3)
    with pytest.raises(Conflict):
        withdraw_enrolment(session, organiser, people[0].id, now=now)


def test_before_the_opening_a_mistake_disappears(session, organiser, now):
    cohort = make_cohort(session, now, state="planned")
    enrolled = enrol_participants(session, organiser, cohort.id, newcomers(session, 1), now=now)
    withdraw_enrolment(session, organiser, enrolled.invited[0], now=now)
    assert states(session, cohort) == {}


def test_people_leave_themselves_and_nobody_else(session, now):
    cohort = make_cohort(session, now)
    own, other = make_participant(session, cohort), make_participant(session, cohort)
    actor = Actor(user_id=own.user_id, follows=frozenset({cohort.id}))
    with pytest.raises(Forbidden):
        withdraw_enrolment(session, actor, other.id, now=now)
    with pytest.raises(NotFound):
        withdraw_enrolment(session, actor, cohort.id, now=now)
    withdraw_enrolment(session, actor, own.id, now=now)
    assert own.state == "withdrawn"


def test_who_left_can_be_invited_again_and_waits_when_it_is_full(session, organiser, now):
    cohort = make_cohort(session, now, capacity=1)
    first, second = newcomers(session, 2)
    [one] = enrol_participants(session, organiser, cohort.id, [first], now=now).invited
    withdraw_enrolment(session, organiser, one, now=now)
    assert invite_again(session, organiser, one, now=now + timedelta(days=1)) == (cohort.id, "invited")
    enrolment = session.get(Enrolment, one)
    assert (enrolment.withdrawn_at, enrolment.invited_at) == (None, now + timedelta(days=1))
    assert invite_again(session, organiser, one, now=now + timedelta(days=2))[1] == "invited"
    withdraw_enrolment(session, organiser, one, now=now)
    enrol_participants(session, organiser, cohort.id, [second], now=now)
    assert invite_again(session, organiser, one, now=now)[1] == "waitlisted"


def school_of(session, enrolment_id):
    return session.scalar(
        sa.select(Affiliation.institution_id)
        .join(Enrolment, Enrolment.affiliation_id == Affiliation.id)
        .where(Enrolment.id == enrolment_id)
    )


def back_after_a_change_of_school(session, organiser, cohort, now, *, done):
    """(enrolment, old school, new school) of somebody who left the cohort, changed schools and is to come back."""
    old, new = make_institution(session), make_institution(session)
    gone = make_participant(session, cohort, institution=old)
    if done:
        activity = session.scalar(sa.select(CohortActivity.activity_id).limit(1))
        session.add(
            ActivityCompletion(
                enrolment_id=gone.id, activity_id=activity, completed_at=now, evidence_kind="read"
            )
        )
    withdraw_enrolment(session, organiser, gone.id, now=now)
    set_affiliation(session, organiser, gone.user_id, new.id, now=now)
    return gone, old.id, new.id


@pytest.mark.parametrize("again", ["invited", "from a file"])
@pytest.mark.parametrize("done", [False, True])
def test_who_comes_back_counts_for_the_school_of_today_unless_something_was_completed(
    session, organiser, now, again, done
):
    """Invariant 9: without facts it is a new beginning; with facts history stays where it happened."""
    gone, old, new = back_after_a_change_of_school(
        session, organiser, make_cohort(session, now), now, done=done
    )
    if again == "invited":
        invite_again(session, organiser, gone.id, now=now)
    else:
        today = session.scalar(sa.select(Affiliation.id).where(Affiliation.institution_id == new))
        enrol_participants(session, organiser, gone.cohort_id, [Newcomer(gone.user_id, today)], now=now)
    assert school_of(session, gone.id) == (old if done else new)
    assert session.scalar(sa.select(Enrolment.state).where(Enrolment.id == gone.id)) == "invited"


def test_who_works_nowhere_now_comes_back_as_who_they_were(session, organiser, now):
    cohort, school = make_cohort(session, now), make_institution(session)
    gone = make_participant(session, cohort, institution=school)
    withdraw_enrolment(session, organiser, gone.id, now=now)
    session.execute(sa.update(Affiliation).values(valid_until=now.date()))
    invite_again(session, organiser, gone.id, now=now)
    assert school_of(session, gone.id) == school.id


def test_a_closed_cohort_takes_nobody(session, organiser, now):
    for state in ("closed", "cancelled"):
        cohort = make_cohort(session, now, state=state)
        with pytest.raises(Conflict):
            enrol_participants(session, organiser, cohort.id, newcomers(session, 1), now=now)


def test_hundreds_take_as_many_statements_as_three(session, organiser, now, counted):
    cohort = make_cohort(session, now, capacity=1000)
    few, many = newcomers(session, 3), newcomers(session, 300)
    with counted() as small:
        enrol_participants(session, organiser, cohort.id, few, now=now)
    with counted() as large:
        enrol_participants(session, organiser, cohort.id, many, now=now)
    assert large.number == small.number


@pytest.mark.committed
def test_capacity_holds_when_forty_come_at_once_and_ten_leave_meanwhile(committed: sa.Engine, now) -> None:
    with Session(committed) as setup:
        edition = make_edition(setup)
        cohort_id = make_cohort(setup, now, edition=edition, capacity=12).id
        cohort = setup.get_one(Cohort, cohort_id)
        leaving = [make_participant(setup, cohort, state="active").id for _ in range(10)]
        actor = Actor(user_id=make_organiser(setup).id, is_organiser=True)
        coming = newcomers(setup, 40)
        setup.commit()
    barrier = Barrier(50)

    def come(one):
        barrier.wait()
        with transaction(engine) as session:
            enrol_participants(session, actor, cohort_id, [one], now=now)

    def leave(enrolment_id):
        barrier.wait()
        with transaction(engine) as session:
            withdraw_enrolment(session, actor, enrolment_id, now=now)

    # PostgreSQL has sixty connections, of which the pools of this process and of the site of the browser tests hold some.
    engine = sa.create_engine(committed.url, pool_size=30, max_overflow=0, pool_timeout=120)
    with ThreadPoolExecutor(50) as pool:
        steps = [pool.submit(come, one) for one in coming] + [pool.submit(leave, one) for one in leaving]
        for step in steps:
            step.result()
    engine.dispose()
    with Session(committed) as session:
        found = states(session, session.get_one(Cohort, cohort_id))
        # All seats are taken, none twice, and nobody was lost.
        assert found == {"invited": 12, "waitlisted": 28, "withdrawn": 10}


@pytest.mark.committed
def test_of_people_who_leave_at_once_each_frees_one_seat(committed: sa.Engine, now) -> None:
    with Session(committed) as setup:
        cohort = make_cohort(setup, now, capacity=30)
        leaving = [make_participant(setup, cohort, state="active").id for _ in range(30)]
        for place in range(35):
            waits = make_participant(setup, cohort, state="waitlisted")
            waits.waitlisted_at = now + timedelta(minutes=place)
        actor = Actor(user_id=make_organiser(setup).id, is_organiser=True)
        cohort_id = cohort.id
        setup.commit()
    barrier = Barrier(30)

    def leave(enrolment_id):
        barrier.wait()
        with transaction(engine) as session:
            return withdraw_enrolment(session, actor, enrolment_id, now=now).promoted

    engine = sa.create_engine(committed.url, pool_size=30, max_overflow=0)
    with ThreadPoolExecutor(30) as pool:
        promoted = [one for found in pool.map(leave, leaving) for one in found]
    engine.dispose()
    assert len(promoted) == len(set(promoted)) == 30
    with Session(committed) as session:
        waiting = session.scalars(
            sa.select(Enrolment.waitlisted_at).where(
                Enrolment.cohort_id == cohort_id, Enrolment.state == "waitlisted"
            )
        ).all()
        assert sorted(waiting) == [now + timedelta(minutes=place) for place in range(30, 35)]
