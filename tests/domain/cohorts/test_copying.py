"""A copy takes the plan over, moved round free days, and nobody's participation."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from peergang.cohorts.actions.copying import copy_cohort
from peergang.cohorts.actions.dates import pin_activity, pin_module
from peergang.cohorts.actions.meetings import MeetingDetails, change_meeting, plan_meetings
from peergang.cohorts.models import CohortActivity, CohortModule, Enrolment, FreePeriod, Meeting, PeerGroup
from peergang.cohorts.queries.copying import CopyWishes
from peergang.cohorts.rules.schedule import at_times
from peergang.core.clock import local, local_date
from peergang.core.errors import Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.curriculum.models import Edition
from tests.factories.cohorts import (
    list_cohort_activities,
    make_cohort,
    make_participant,
    make_peer_group,
    make_trainer,
)
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser, make_user

pytestmark = pytest.mark.database
FRIDAYS = (date(2026, 3, 6), date(2026, 4, 10), date(2026, 12, 18))
START = date(2026, 2, 6)


@pytest.fixture
def organiser(session):
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


@pytest.fixture
def cohort(session, now, organiser):
    made = make_cohort(session, now, edition=make_edition(session, modules=3), capacity=17)
    made.starts_on, made.ends_on = START, date(2026, 12, 19)
    session.flush()
    modules = session.scalars(
        select(CohortModule.module_id)
        .where(CohortModule.cohort_id == made.id)
        .order_by(CohortModule.opens_at)
    ).all()
    plan_meetings(
        session,
        organiser,
        made.id,
        [details(day, module_id) for day, module_id in zip(FRIDAYS, modules, strict=True)],
    )
    return made


def details(day, module_id=None, place="Utrecht"):
    begins, ends = at_times(day, time(9, 30), time(12))
    return MeetingDetails("Samen", module_id, begins, ends, place, "https://meet.example/x")


def wishes(**more):
    return CopyWishes(**({"name": "Nieuw", "starts_on": date(2027, 2, 5)} | more))


def days_of(session, cohort):
    rows = session.scalars(select(Meeting).where(Meeting.cohort_id == cohort.id).order_by(Meeting.number))
    return [local(one.starts_at).replace(tzinfo=None) for one in rows]


def test_everything_moves_by_weeks_round_free_days(session, organiser, cohort, now):
    session.add(FreePeriod(name="Kerst", region="", starts_on=date(2027, 12, 17), ends_on=date(2028, 1, 2)))
    session.flush()
    made = copy_cohort(session, organiser, cohort.id, wishes(), now=now)
    found = days_of(session, made)
    assert [one.date() for one in found] == [date(2027, 3, 5), date(2027, 4, 9), date(2028, 1, 7)]
    assert {one.time() for one in found} == {time(9, 30)}
    assert (made.capacity, made.state, made.ends_on) == (17, "planned", date(2028, 1, 7))
    modules = session.scalars(select(CohortModule).where(CohortModule.cohort_id == made.id)).all()
    assert all(one.opens_at < one.due_at for one in modules)


def test_a_region_that_is_not_ticked_is_not_skipped(session, organiser, cohort, now):
    session.add(FreePeriod(name="Lente", region="zuid", starts_on=date(2027, 3, 5), ends_on=date(2027, 3, 5)))
    session.flush()
    made = copy_cohort(session, organiser, cohort.id, wishes(regions=("noord",)), now=now)
    assert days_of(session, made)[0].date() == date(2027, 3, 5)
    made = copy_cohort(session, organiser, cohort.id, wishes(name="Zuid", regions=("zuid",)), now=now)
    assert days_of(session, made)[0].date() == date(2027, 3, 12)


def test_nobody_comes_along_but_trainers(session, organiser, cohort, now):
    trainer = make_user(session, password_hash="x")
    make_trainer(session, cohort, user=trainer)
    gone = make_user(session, deactivated_at=now)
    make_trainer(session, cohort, user=gone)
    make_trainer(session, cohort, user=session.get_one(type(trainer), organiser.user_id))
    make_peer_group(session, cohort, *(make_participant(session, cohort) for _ in range(3)), since=now)
    made = copy_cohort(session, organiser, cohort.id, wishes(), now=now)
    people = session.scalars(select(Enrolment).where(Enrolment.cohort_id == made.id)).all()
    assert [(one.user_id, one.role) for one in people] == [(trainer.id, "trainer")]
    assert session.scalars(select(PeerGroup).where(PeerGroup.cohort_id == made.id)).all() == []


def test_what_is_not_ticked_stays_behind(session, organiser, cohort, now):
    make_trainer(session, cohort)
    bare = wishes(places=False, trainers=False, capacity=False)
    made = copy_cohort(session, organiser, cohort.id, bare, now=now)
    rows = session.scalars(select(Meeting).where(Meeting.cohort_id == made.id)).all()
    assert {(one.place, one.link) for one in rows} == {("", "")}
    assert made.capacity == 24
    assert session.scalars(select(Enrolment).where(Enrolment.cohort_id == made.id)).all() == []
    made = copy_cohort(session, organiser, cohort.id, wishes(name="Leeg", meetings=False), now=now)
    assert days_of(session, made) == []


def test_pins_move_along_and_survive_a_move(session, organiser, cohort, now):
    rows = list_cohort_activities(session, cohort.id)
    module_id = rows[-1].module_id
    pin_module(
        session,
        organiser,
        cohort.id,
        module_id,
        opens_on=date(2026, 5, 1),
        due_on=date(2026, 6, 5),
        now=now,
    )
    one = next(row for row in rows if row.kind == "reflection")
    pin_activity(session, organiser, cohort.id, one.activity_id, due_on=date(2026, 3, 27), now=now)
    made = copy_cohort(session, organiser, cohort.id, wishes(), now=now)
    pinned = session.get_one(CohortActivity, (made.id, one.activity_id))
    assert (pinned.pinned, local_date(pinned.due_at), local(pinned.due_at).hour) == (
        True,
        date(2027, 3, 26),
        17,
    )
    module = session.get_one(CohortModule, (made.id, module_id))
    assert (module.pinned, local_date(module.opens_at), local_date(module.due_at)) == (
        True,
        date(2027, 4, 30),
        date(2027, 6, 4),
    )
    first = session.scalars(
        select(Meeting).where(Meeting.cohort_id == made.id).order_by(Meeting.number)
    ).first()
    change_meeting(session, organiser, first.id, details(date(2027, 3, 19), first.module_id), now=now)
    session.expire_all()
    pinned = session.get_one(CohortActivity, (made.id, one.activity_id))
    assert local_date(pinned.due_at) == date(2027, 3, 26)
    assert pinned.opens_at < pinned.due_at


def test_a_pin_before_the_module_opens_is_refused(session, organiser, cohort, now):
    one = list_cohort_activities(session, cohort.id)[-1]
    with pytest.raises(Invalid) as refused:
        pin_activity(
            session,
            organiser,
            cohort.id,
            one.activity_id,
            due_on=local_date(one.opens_at) - timedelta(days=1),
            now=now,
        )
    assert refused.value.problems == {"due_on": "before_opening"}
    with pytest.raises(NotFound):
        pin_activity(session, organiser, cohort.id, cohort.id, due_on=date(2027, 1, 1), now=now)


def test_only_organisers_copy_and_names_are_unique(session, organiser, cohort, now):
    with pytest.raises(Forbidden):
        copy_cohort(
            session, Actor(organiser.user_id, trains=frozenset({cohort.id})), cohort.id, wishes(), now=now
        )
    copy_cohort(session, organiser, cohort.id, wishes(), now=now)
    with pytest.raises(Invalid) as refused:
        copy_cohort(session, organiser, cohort.id, wishes(), now=now)
    assert refused.value.problems == {"name": "taken"}


def test_a_newer_edition_takes_modules_over_by_slug(session, organiser, cohort, now):
    old = session.get_one(Edition, cohort.edition_id)
    newer = make_edition(session, modules=3)
    newer.programme_id, newer.number = old.programme_id, old.number + 1
    session.flush()
    made = copy_cohort(session, organiser, cohort.id, wishes(), now=now)
    assert made.edition_id == newer.id
    modules = {one.module_id for one in session.scalars(select(Meeting).where(Meeting.cohort_id == made.id))}
    own = set(session.scalars(select(CohortModule.module_id).where(CohortModule.cohort_id == made.id)))
    assert modules <= own
    same = copy_cohort(session, organiser, cohort.id, wishes(name="Zelfde", newest_edition=False), now=now)
    assert same.edition_id == old.id
