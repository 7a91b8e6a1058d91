"""Who goes on in another cohort counts there: in no figure as somebody who stopped, began twice or did something twice."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.transfer import transfer_enrolment
from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.clock import local_date
from peergang.core.permissions import Actor
from peergang.curriculum.models import Activity, Edition
from peergang.progress.actions.telling import tell_contacts
from peergang.progress.models import ContactMember
from peergang.progress.queries.annual_figures import get_annual
from peergang.progress.queries.changes import get_changes
from peergang.progress.queries.compare import get_runs
from peergang.progress.queries.hours import list_lines
from peergang.progress.rules.annual import Annual
from peergang.progress.rules.filters import Sign
from peergang.progress.rules.moment import Moment
from peergang.progress.rules.years import Kind, Year
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_edition, make_next_edition
from tests.factories.identity import make_institution, make_organiser
from tests.factories.progress import compile_now, complete, list_activities

pytestmark = pytest.mark.database

DAY = timedelta(days=1)


@dataclass
class Scene:
    session: Session
    now: datetime
    organiser: Actor
    one: Cohort
    other: Cohort
    activities: list[Activity]
    person: Enrolment

    def go_on(self, enrolment_id: object, cohort: Cohort, at: datetime) -> object:
        new = transfer_enrolment(self.session, self.organiser, enrolment_id, cohort.id, now=at)  # type: ignore[arg-type]
        compile_now(self.session, at)
        self.session.expire_all()
        return new

    def year(self, day: date | None = None) -> Annual:
        return get_annual(self.session, Year(Kind.SCHOOL, 2026, Sign.BOTH, day, self.now))


@pytest.fixture
def scene(session: Session, now: datetime) -> Scene:
    """Two cohorts of an edition; somebody did two activities in the first one, and somebody else stays there."""
    edition = make_edition(session)
    one, other = (make_cohort(session, now, edition=edition) for _ in range(2))
    activities = [row for row in list_activities(session, edition) if row.kind != "meeting"][:2]
    for row in activities:
        row.minutes = 30
    person = make_participant(session, one)
    make_participant(session, one)
    complete(session, person, *activities, at=now - 4 * DAY)
    compile_now(session, now - 4 * DAY)
    return Scene(session, now, actor_of(session, make_organiser(session)), one, other, activities, person)


def test_the_year_counts_one_person_once(scene: Scene) -> None:
    before = scene.year()
    assert (before.people, before.study_hours, before.stopped) == (2, 1, 0)
    assert before.modules[0].reached == 2
    scene.go_on(scene.person.id, scene.other, scene.now - 2 * DAY)
    after = scene.year()
    assert (after.people, after.study_hours, after.stopped) == (2, 1, 0)
    assert [one.reached for one in after.modules] == [one.reached for one in before.modules]
    cohorts = {one.row.cohort_id: one for one in after.cohorts}
    old, new = cohorts[scene.one.id], cohorts[scene.other.id]
    assert (old.row.people, old.row.started, old.row.stopped, old.study_hours) == (2, 1, 0, 1)
    assert (new.row.people, new.row.started, new.row.stopped, new.study_hours) == (1, 1, 0, 0)


def test_back_and_forth_is_still_once(scene: Scene) -> None:
    new = scene.go_on(scene.person.id, scene.other, scene.now - 2 * DAY)
    scene.go_on(new, scene.one, scene.now - DAY)
    found = scene.year()
    assert (found.people, found.study_hours, found.stopped, found.modules[0].reached) == (2, 1, 0, 2)


def test_who_stops_after_going_on_stops_once_and_there(scene: Scene) -> None:
    new = scene.go_on(scene.person.id, scene.other, scene.now - 2 * DAY)
    withdraw_enrolment(scene.session, scene.organiser, new, reason="time", now=scene.now - DAY)  # type: ignore[arg-type]
    found = scene.year()
    assert (found.stopped, found.modules[0].reached) == (1, 2)
    assert {one.row.cohort_id: one.row.stopped for one in found.cohorts} == {
        scene.one.id: 0,
        scene.other.id: 1,
    }


def test_on_the_day_before_they_were_where_they_were(scene: Scene) -> None:
    scene.go_on(scene.person.id, scene.other, scene.now - 2 * DAY)
    found = scene.year(local_date(scene.now - 3 * DAY))
    started = {one.row.cohort_id: one.row.started for one in found.cohorts}
    assert started == {scene.one.id: 2}


def test_comparing_counts_no_loss(scene: Scene) -> None:
    make_participant(scene.session, scene.other)
    scene.go_on(scene.person.id, scene.other, scene.now - 2 * DAY)
    old, new = get_runs(scene.session, [scene.one.id, scene.other.id], Moment(scene.now))
    assert (old.people, old.started, old.stopped) == (1, 1, 0)
    assert (new.people, new.started, new.stopped) == (2, 2, 0)


def test_the_mail_of_the_week_tells_of_nobody_who_came_or_went(scene: Scene) -> None:
    before = get_changes(scene.session, scene.now)
    assert (before.done, before.began, before.stopped) == (2, 0, 0)
    new = scene.go_on(scene.person.id, scene.other, scene.now - 2 * DAY)
    after = get_changes(scene.session, scene.now)
    assert (after.done, after.began, after.stopped) == (2, 0, 0)
    withdraw_enrolment(scene.session, scene.organiser, new, reason="time", now=scene.now - DAY)  # type: ignore[arg-type]
    make_participant(scene.session, scene.one, at=scene.now - DAY)
    later = get_changes(scene.session, scene.now)
    assert (later.done, later.began, later.stopped) == (2, 1, 1)


@pytest.mark.parametrize(
    ("what", "stopped"),
    [
        ("waits", 0),
        ("declines", 1),
        ("is cancelled", 1),
        ("closed without them", 1),
        ("begins", 0),
        ("goes on", 0),
    ],
)
def test_who_is_sent_on_and_never_arrives_stopped_where_they_were(
    scene: Scene, what: str, stopped: int
) -> None:
    edition = scene.session.get_one(Edition, scene.one.edition_id)
    planned = make_cohort(scene.session, scene.now, edition=edition, state="planned")
    new = scene.go_on(scene.person.id, planned, scene.now - 2 * DAY)
    invited = scene.session.get_one(Enrolment, new)
    assert invited.state == "invited"
    if what == "declines":
        withdraw_enrolment(scene.session, scene.organiser, invited.id, reason="time", now=scene.now - DAY)
    elif what == "is cancelled":
        planned.state = "cancelled"
    elif what == "closed without them":
        planned.state = "closed"
    elif what == "begins":
        planned.state, invited.state, invited.activated_at = "running", "active", scene.now - DAY
    elif what == "goes on":
        scene.go_on(invited.id, scene.other, scene.now - DAY)
    scene.session.flush()
    compile_now(scene.session, scene.now)
    scene.session.expire_all()
    found = scene.year()
    assert (found.stopped, sum(one.stopped for one in found.modules)) == (stopped, stopped)
    (old,) = get_runs(scene.session, [scene.one.id], Moment(scene.now))
    assert (old.started, old.stopped) == (1 + stopped, stopped)
    assert get_changes(scene.session, scene.now).stopped == stopped


def test_what_somebody_does_in_another_programme_is_no_going_on(scene: Scene) -> None:
    edition = scene.session.get_one(Edition, scene.one.edition_id)
    planned = make_cohort(scene.session, scene.now, edition=edition, state="planned")
    new = scene.go_on(scene.person.id, planned, scene.now - 2 * DAY)
    withdraw_enrolment(scene.session, scene.organiser, new, reason="time", now=scene.now - DAY)  # type: ignore[arg-type]
    elsewhere = make_cohort(scene.session, scene.now, edition=make_edition(scene.session))
    begun = make_participant(scene.session, elsewhere, at=scene.now - DAY)
    begun.user_id, begun.affiliation_id = scene.person.user_id, scene.person.affiliation_id
    scene.session.flush()
    compile_now(scene.session, scene.now)
    assert scene.year().stopped == 1


def test_a_year_keeps_its_hours_when_a_cohort_goes_over_to_another_edition(scene: Scene) -> None:
    """One of the two things done has no place in it, and the other one takes four times as long there."""
    old = scene.session.get_one(Edition, scene.one.edition_id)
    new = make_next_edition(scene.session, old)
    successors = {row.slug: row for row in list_activities(scene.session, new)}
    dropped, longer = (successors[row.slug] for row in scene.activities)
    dropped.slug, longer.minutes = "iets-anders", 120
    scene.session.flush()
    assert scene.year().study_hours == 1
    upgrade_edition(
        scene.session,
        scene.organiser,
        scene.one.id,
        from_edition_id=old.id,
        to_edition_id=new.id,
        now=scene.now,
    )
    compile_now(scene.session, scene.now)
    scene.session.expire_all()
    assert scene.year().study_hours == 1
    assert get_changes(scene.session, scene.now).done == 2
    own = list_lines(scene.session, Actor(scene.person.user_id))
    assert sum(line.minutes for line in own) == 60


def test_contacts_are_told_of_nobody_who_stopped(session: Session, now: datetime) -> None:
    edition, school = make_edition(session), make_institution(session)
    one, other = (make_cohort(session, now - 7 * DAY, edition=edition) for _ in range(2))
    people = [make_participant(session, one, institution=school) for _ in range(6)]
    compile_now(session, now - 14 * DAY)
    organiser = actor_of(session, make_organiser(session))
    transfer_enrolment(session, organiser, people[0].id, other.id, now=now - 5 * DAY)
    withdraw_enrolment(session, organiser, people[1].id, reason="time", now=now - 5 * DAY)
    tell_contacts(session, now=now)
    stopped = session.scalars(select(ContactMember.enrolment_id).where(ContactMember.stopped)).all()
    assert stopped == [people[1].id]
