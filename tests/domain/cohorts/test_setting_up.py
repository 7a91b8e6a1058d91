"""Making a cohort, planning meetings, and the dates that follow."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from peergang.cohorts.actions.cohorts import CohortDetails, change_cohort, create_cohort
from peergang.cohorts.actions.dates import pin_module, unpin_module
from peergang.cohorts.actions.meetings import (
    MeetingDetails,
    change_meeting,
    plan_meeting,
    plan_meetings,
    remove_meeting,
)
from peergang.cohorts.models import Cohort, CohortActivity, Meeting
from peergang.cohorts.queries import schedule
from peergang.core.clock import at_local, local
from peergang.core.errors import Conflict, Forbidden, Invalid
from peergang.core.permissions import Actor
from tests.factories.cohorts import list_cohort_activities
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser

pytestmark = pytest.mark.database
START = date(2027, 2, 2)
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def organiser(session):
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


@pytest.fixture
def edition(session):
    return make_edition(session, modules=3)


@pytest.fixture
def cohort(session, organiser, edition, now):
    return create_cohort(session, organiser, details(edition), now=now)


def details(edition, **more):
    values = {"name": "Voorjaar", "starts_on": START, "ends_on": date(2027, 6, 25), "capacity": 24} | more
    return CohortDetails(edition_id=edition.id, **values)


def meeting(day, module_id=None, **more):
    values = {
        "title": "Bijeenkomst",
        "starts_at": at_local(day, time(13, 30)),
        "ends_at": at_local(day, time(16, 30)),
    }
    return MeetingDetails(module_id=module_id, **values | more)


def modules(session, cohort):
    return schedule.list_cohort_modules(session, cohort.id)


def test_a_new_cohort_has_dates_for_every_module_and_activity(session, cohort):
    rows = modules(session, cohort)
    assert local(rows[0].opens_at).date() == START
    assert local(rows[-1].due_at).date() == date(2027, 6, 25)
    assert len(list_cohort_activities(session, cohort.id)) == 18
    assert all(row.opens_at < row.due_at for row in list_cohort_activities(session, cohort.id))


@pytest.mark.parametrize(
    ("more", "problems"),
    [
        ({"name": "  "}, {"name": "missing"}),
        ({"name": "x" * 121}, {"name": "long"}),
        ({"name": "VOORJAAR"}, {"name": "taken"}),
        ({"name": "Najaar", "ends_on": date(2027, 2, 1)}, {"ends_on": "before_start"}),
        ({"name": "Najaar", "ends_on": date(2037, 2, 1)}, {"ends_on": "too_long"}),
        ({"name": "Najaar", "capacity": 0}, {"capacity": "out_of_range"}),
    ],
)
def test_what_cannot_be_is_said_at_its_field(session, organiser, edition, cohort, now, more, problems):
    with pytest.raises(Invalid) as refused:
        create_cohort(session, organiser, details(edition, **more), now=now)
    assert refused.value.problems == problems


def test_only_organisers_set_up(session, edition, cohort, now):
    for actor in (Actor(user_id=None), Actor(user_id=cohort.id, trains=frozenset({cohort.id}))):
        with pytest.raises(Forbidden):
            create_cohort(session, actor, details(edition, name="Anders"), now=now)
        with pytest.raises(Forbidden):
            plan_meeting(session, actor, cohort.id, meeting(START), now=NOW)
        with pytest.raises(Forbidden):
            change_cohort(session, actor, cohort.id, details(edition), now=now)


def test_moving_a_meeting_moves_what_follows_and_nothing_else(session, organiser, cohort):
    ids = [row.module_id for row in modules(session, cohort)]
    days = [date(2027, 3, 9), date(2027, 4, 13), date(2027, 5, 18)]
    plan_meetings(
        session, organiser, cohort.id, [meeting(day, one) for day, one in zip(days, ids, strict=True)]
    )
    before = modules(session, cohort)
    assert [local(row.opens_at).date() for row in before] == [START, date(2027, 3, 10), date(2027, 4, 14)]
    # The content says that the meeting is ten days before the module is due.
    assert [local(row.due_at).date() for row in before] == [day + timedelta(days=10) for day in days]
    second = session.scalars(select(Meeting).where(Meeting.number == 2)).one()
    changed = change_meeting(session, organiser, second.id, meeting(date(2027, 4, 20), ids[1]), now=NOW)
    assert second.revision == 1
    assert [one.code for one in changed.moved] == ["2", "3"]
    after = modules(session, cohort)
    assert after[0] == before[0]
    assert local(after[1].due_at).date() == date(2027, 4, 30)
    assert local(after[2].opens_at).date() == date(2027, 4, 21)
    [due] = [
        row.due_at for row in list_cohort_activities(session, cohort.id, ids[1]) if row.kind == "meeting"
    ]
    assert due == second.ends_at


def test_a_change_of_nothing_is_no_revision(session, organiser, cohort):
    planned = plan_meeting(session, organiser, cohort.id, meeting(START), now=NOW)
    assert change_meeting(session, organiser, planned.meeting_id, meeting(START), now=NOW).moved == []
    assert session.get(Meeting, planned.meeting_id).revision == 0


def test_pinned_dates_stay_until_they_follow_again(session, organiser, cohort):
    first = modules(session, cohort)[0].module_id
    planned = plan_meeting(session, organiser, cohort.id, meeting(date(2027, 3, 9), first), now=NOW)
    pin_module(
        session, organiser, cohort.id, first, opens_on=date(2027, 2, 8), due_on=date(2027, 3, 1), now=NOW
    )
    change_meeting(session, organiser, planned.meeting_id, meeting(date(2027, 3, 16), first), now=NOW)
    row = modules(session, cohort)[0]
    assert row.pinned
    assert local(row.due_at) == local(at_local(date(2027, 3, 1), time(17)))
    activities = list_cohort_activities(session, cohort.id, first)
    assert max(one.due_at for one in activities if one.kind != "meeting") == row.due_at
    unpin_module(session, organiser, cohort.id, first, now=NOW)
    after_easter = date(2027, 3, 30)
    assert local(modules(session, cohort)[0].due_at).date() == after_easter, "26 March is Good Friday"
    with pytest.raises(Invalid):
        pin_module(
            session, organiser, cohort.id, first, opens_on=date(2027, 3, 2), due_on=date(2027, 3, 1), now=NOW
        )


def test_meetings_are_numbered_in_time_until_people_have_seen_them(session, organiser, cohort):
    for day in (date(2027, 5, 4), date(2027, 3, 2), date(2027, 4, 6)):
        plan_meeting(session, organiser, cohort.id, meeting(day, title=day.isoformat()), now=NOW)
    rows = schedule.list_meetings(session, cohort.id)
    assert [(row.number, row.title) for row in rows] == [
        (1, "2027-03-02"),
        (2, "2027-04-06"),
        (3, "2027-05-04"),
    ]
    removed = remove_meeting(session, organiser, rows[0].meeting_id, now=datetime(2026, 12, 1, tzinfo=UTC))
    assert not removed.cancelled
    assert [row.number for row in schedule.list_meetings(session, cohort.id)] == [1, 2]
    cohort.state = "open"
    session.flush()
    removed = remove_meeting(session, organiser, rows[1].meeting_id, now=datetime(2026, 12, 1, tzinfo=UTC))
    assert removed.cancelled
    rows = schedule.list_meetings(session, cohort.id)
    assert [(row.number, row.state, row.revision) for row in rows] == [(1, "cancelled", 1), (2, "planned", 0)]
    with pytest.raises(Conflict):
        change_meeting(session, organiser, rows[0].meeting_id, meeting(START), now=NOW)


@pytest.mark.parametrize(
    ("more", "problems"),
    [
        ({"title": ""}, {"title": "missing"}),
        ({"link": "javascript:alert(1)"}, {"link": "not_a_link"}),
        ({"ends_at": at_local(START, time(13, 30))}, {"ends": "before_begin"}),
        ({"place": "x" * 301}, {"place": "long"}),
    ],
)
def test_a_meeting_that_cannot_be(session, organiser, cohort, more, problems):
    with pytest.raises(Invalid) as refused:
        plan_meeting(session, organiser, cohort.id, meeting(START, **more), now=NOW)
    assert refused.value.problems == problems


def test_a_module_of_another_programme_is_unknown(session, organiser, cohort):
    other = make_edition(session)
    module_id = session.execute(select(Meeting.module_id)).scalar()
    from peergang.curriculum.models import Module

    module_id = session.scalar(select(Module.id).where(Module.edition_id == other.id))
    with pytest.raises(Invalid):
        plan_meeting(session, organiser, cohort.id, meeting(START, module_id), now=NOW)


def test_another_programme_takes_the_meetings_along_while_nobody_has_seen_it(session, organiser, cohort, now):
    ids = [row.module_id for row in modules(session, cohort)]
    plan_meetings(session, organiser, cohort.id, [meeting(date(2027, 3, 9), ids[1])])
    other = make_edition(session, modules=4, sign="masterclass")
    change_cohort(session, organiser, cohort.id, details(other), now=now)
    rows = modules(session, cohort)
    assert len(rows) == 4
    planned = schedule.list_meetings(session, cohort.id)[0]
    assert planned.module_id == rows[1].module_id
    assert planned.activity_id is not None
    cohort.state = "open"
    session.flush()
    with pytest.raises(Invalid) as refused:
        change_cohort(session, organiser, cohort.id, details(make_edition(session)), now=now)
    assert refused.value.problems == {"programme": "fixed"}


def test_dates_keep_their_wall_time_over_both_changes_of_the_clock(session, organiser, cohort):
    """Invariant 11: 28 March 2027 has 23 hours, 31 October 25; "a week earlier at five" stays five."""
    first, second, third = (row.module_id for row in modules(session, cohort))
    days = (date(2027, 3, 30), date(2027, 6, 8), date(2027, 11, 2))
    plan_meetings(
        session,
        organiser,
        cohort.id,
        [meeting(day, one) for day, one in zip(days, (first, second, third), strict=True)],
    )
    due = session.scalars(select(CohortActivity.due_at).where(CohortActivity.cohort_id == cohort.id)).all()
    meetings = {row.ends_at for row in schedule.list_meetings(session, cohort.id)}
    assert {local(one).time() for one in due if one not in meetings} == {time(17, 0)}
    assert {one.astimezone(UTC).hour for one in due if one not in meetings} == {15, 16}
    assert {local(row.opens_at).time() for row in modules(session, cohort)} == {time(0, 0)}


def test_recomputing_takes_the_same_number_of_statements_for_any_number_of_meetings(
    session, organiser, cohort, counted
):
    day = date(2027, 3, 2)
    with counted() as few:
        plan_meeting(session, organiser, cohort.id, meeting(day), now=NOW)
    for number in range(20):
        plan_meeting(session, organiser, cohort.id, meeting(day + timedelta(days=number + 1)), now=NOW)
    with counted() as many:
        plan_meeting(session, organiser, cohort.id, meeting(day + timedelta(days=40)), now=NOW)
    assert many.number == few.number


def test_a_closed_cohort_changes_no_more(session, organiser, edition, cohort, now):
    cohort.state = "closed"
    session.flush()
    for step in (
        lambda: plan_meeting(session, organiser, cohort.id, meeting(START), now=NOW),
        lambda: change_cohort(session, organiser, cohort.id, details(edition), now=now),
    ):
        with pytest.raises(Conflict):
            step()
    assert session.get(Cohort, cohort.id).name == "Voorjaar"
