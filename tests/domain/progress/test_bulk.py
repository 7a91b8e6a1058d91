"""One thing for several participants at once: everybody apart, all of it or nothing, and taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, Attendance, CompletionOverride, Extension
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from peergang.progress.actions.bulk import (
    Outcome,
    attend_all,
    complete_all,
    extend_all,
    revoke_extensions,
    take_back_overrides,
)
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.coursework import actor_of, find_activity
from tests.factories.progress import complete
from tests.moment import NOW

DAY = timedelta(days=1)
FAR = (NOW + 200 * DAY).date()


class Room:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.cohort = make_cohort(session, NOW)
        self.actor: Actor = actor_of(session, make_trainer(session, self.cohort))
        self.people = [make_participant(session, self.cohort) for _ in range(3)]
        self.outside = make_participant(session, make_cohort(session, NOW))
        self.ids = [one.id for one in (*self.people, self.outside)]
        self.activity = find_activity(session, self.cohort, "conversation")

    def why(self, found: list[Outcome]) -> list[str]:
        by_id = {one.enrolment_id: one.why for one in found}
        assert set(by_id) == {one.id for one in self.people}, "nobody of another cohort"
        return [by_id[one.id] for one in self.people]

    def count(self, model: type) -> int:
        return self.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def room(session: Session) -> Room:
    return Room(session)


def extend(room: Room, **more: object) -> list[Outcome]:
    values = {"due_on": FAR, "reason": "Ziek", "now": NOW, "activity_id": room.activity.id} | more
    return extend_all(room.session, room.actor, room.cohort.id, room.ids, **values)  # type: ignore[arg-type]


def test_more_time_for_who_needs_it(room: Room) -> None:
    done, gone, needs = room.people
    complete(room.session, done, room.activity, at=NOW)
    gone.state, gone.withdrawn_at = "withdrawn", NOW
    room.session.flush()
    found = extend(room)
    assert room.why(found) == ["not_later", "enrolment_state", ""]
    assert [one.enrolment_id for one in room.session.scalars(select(Extension))] == [needs.id]
    again = extend(room)
    assert room.why(again) == ["not_later", "enrolment_state", "not_later"], "twice is once"
    ids = [record for one in found for record in one.undo]
    assert revoke_extensions(room.session, room.actor, room.cohort.id, ids, now=NOW) == 1
    assert revoke_extensions(room.session, room.actor, room.cohort.id, ids, now=NOW) == 0


def dates_of(room: Room, enrolment_id: object) -> dict[str, str]:
    """By activity until when somebody has more time, and why."""
    rows = room.session.scalars(
        select(Extension).where(Extension.enrolment_id == enrolment_id, Extension.revoked_at.is_(None))
    )
    return {str(one.activity_id): f"{one.due_at:%d-%m} {one.reason}" for one in rows}


def test_undoing_brings_back_the_time_that_somebody_had(room: Room) -> None:
    had, nothing, _third = room.people
    sooner = {"due_on": FAR - 60 * DAY, "reason": "Verhuisd", "now": NOW, "activity_id": room.activity.id}
    before = extend_all(room.session, room.actor, room.cohort.id, [had.id], **sooner)  # type: ignore[arg-type]
    dates = dates_of(room, had.id)
    assert len(dates) == 1
    later = NOW + DAY
    found = extend(room, now=later)
    assert dates_of(room, had.id) != dates
    ids = [record for one in found for record in one.undo]
    undo = (room.session, room.actor, room.cohort.id)
    assert revoke_extensions(*undo, ids, now=later + DAY) == 3
    assert dates_of(room, had.id) == dates, "with its own reason"
    assert dates_of(room, nothing.id) == {}, "the date of the cohort"
    assert revoke_extensions(*undo, ids, now=later + DAY) == 0
    assert dates_of(room, had.id) == dates, "twice is once"
    first = [record for one in before for record in one.undo]
    assert revoke_extensions(*undo, first, now=later + DAY) == 0, "what came back is another record"
    (given,) = room.session.scalars(
        select(Extension).where(Extension.enrolment_id == had.id, Extension.revoked_at.is_(None))
    )
    assert (given.granted_by_id, given.granted_at) == (room.actor.user_id, later + DAY)


def test_what_was_taken_back_before_does_not_return(room: Room) -> None:
    (one,) = extend_all(
        room.session,
        room.actor,
        room.cohort.id,
        [room.ids[0]],
        due_on=FAR - 60 * DAY,
        reason="Verhuisd",
        now=NOW,
        activity_id=room.activity.id,
    )
    revoke_extensions(room.session, room.actor, room.cohort.id, one.undo, now=NOW + DAY)
    found = extend(room, now=NOW + 2 * DAY)
    ids = [record for one in found for record in one.undo]
    revoke_extensions(room.session, room.actor, room.cohort.id, ids, now=NOW + 3 * DAY)
    assert dates_of(room, room.ids[0]) == {}


def test_a_module_takes_no_time_from_who_had_more(room: Room) -> None:
    longer = FAR + 30 * DAY
    extend(room, due_on=longer, reason="Lang ziek")
    extend(room, activity_id=None, module_id=room.activity.module_id)
    dates = dates_of(room, room.ids[0])
    assert dates[str(room.activity.id)] == f"{longer:%d-%m} Lang ziek"
    assert len(dates) > 1
    found = extend(room, activity_id=None, module_id=room.activity.module_id)
    assert room.why(found) == ["not_later"] * 3, "twice is once"


def test_a_whole_module(room: Room) -> None:
    found = extend(room, activity_id=None, module_id=room.activity.module_id)
    assert room.why(found) == ["", "", ""]
    assert all(len(one.undo) > 1 for one in found)


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"reason": " "}, {"reason": "missing"}),
        ({"due_on": NOW.date() - DAY}, {"due_on": "in_the_past"}),
        ({"due_on": NOW.date() + 400 * DAY}, {"due_on": "too_far"}),
    ],
)
def test_what_is_wrong_for_all_changes_nothing(
    room: Room, wrong: dict[str, object], problems: object
) -> None:
    with pytest.raises(Invalid) as refused:
        extend(room, **wrong)
    assert refused.value.problems == problems
    assert room.count(Extension) == 0


def test_completed_by_judgment(room: Room) -> None:
    complete(room.session, room.people[0], room.activity, at=NOW)
    args = (room.session, room.actor, room.cohort.id, room.ids, room.activity.id)
    found = complete_all(*args, reason="Deden het samen", now=NOW)
    assert room.why(found) == ["already_completed", "", ""]
    assert room.count(CompletionOverride) == 2
    ids = [record for one in found for record in one.undo]
    assert take_back_overrides(room.session, room.actor, room.cohort.id, ids, now=NOW + DAY) == 2
    assert room.count(ActivityCompletion) == 1, "what was proven stays"
    with pytest.raises(Invalid):
        complete_all(*args, reason="", now=NOW + DAY)


def test_present_at_a_meeting(room: Room) -> None:
    meeting = make_meeting(room.session, room.cohort, NOW - DAY)
    room.session.add(
        Attendance(meeting_id=meeting.id, enrolment_id=room.people[0].id, state="present", recorded_at=NOW)
    )
    room.session.flush()
    args = (room.session, room.actor, room.cohort.id, room.ids)
    assert room.why(attend_all(*args, meeting.id, now=NOW)) == ["already_present", "", ""]
    assert room.why(attend_all(*args, meeting.id, now=NOW)) == ["already_present"] * 3
    later = make_meeting(room.session, room.cohort, NOW + DAY, number=2)
    with pytest.raises(Conflict):
        attend_all(*args, later.id, now=NOW)
    elsewhere = make_meeting(room.session, make_cohort(room.session, NOW), NOW - DAY)
    with pytest.raises(NotFound):
        attend_all(*args, elsewhere.id, now=NOW)


def test_own_trainers_alone_and_not_after_the_end(room: Room) -> None:
    stranger = actor_of(room.session, make_trainer(room.session, make_cohort(room.session, NOW)))
    mine, room.actor = room.actor, stranger
    for act in (
        lambda: extend(room),
        lambda: complete_all(
            room.session, room.actor, room.cohort.id, room.ids, room.activity.id, reason="x", now=NOW
        ),
        lambda: attend_all(room.session, room.actor, room.cohort.id, room.ids, room.activity.id, now=NOW),
        lambda: revoke_extensions(room.session, room.actor, room.cohort.id, [], now=NOW),
        lambda: take_back_overrides(room.session, room.actor, room.cohort.id, [], now=NOW),
    ):
        with pytest.raises(Forbidden):
            act()
    room.actor = mine
    room.cohort.state = "closed"
    room.session.flush()
    with pytest.raises(Conflict):
        extend(room)
