"""Peer groups with their history, and who was at a meeting."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.attendance import record_attendance
from peergang.cohorts.actions.groups import make_peer_groups, move_to_group, place_newcomers
from peergang.cohorts.models import ActivityCompletion, Attendance, PeerGroup, PeerGroupMembership
from peergang.cohorts.queries.people import list_groups, list_placeable
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from tests.factories.cohorts import (
    list_cohort_activities,
    make_cohort,
    make_meeting,
    make_participant,
    make_peer_group,
)
from tests.factories.identity import make_institution, make_organiser, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def organiser(session):
    return Actor(user_id=make_organiser(session).id, is_organiser=True)


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now)


def sizes(session, cohort):
    groups: dict = {}
    for member, group in list_placeable(session, cohort.id):
        groups.setdefault(group, []).append(member.institution)
    return sorted(len(one) for one in groups.values()), groups


def test_groups_mix_schools_and_leave_out_who_does_not_take_part(session, organiser, cohort, now):
    schools = [make_institution(session) for _ in range(4)]
    for number in range(8):
        make_participant(
            session, cohort, institution=schools[number % 4], state=("active", "invited")[number % 2]
        )
    for state in ("withdrawn", "waitlisted"):
        make_participant(session, cohort, state=state)
    assert make_peer_groups(session, organiser, cohort.id, now=now) == 2
    found, groups = sizes(session, cohort)
    assert found == [4, 4]
    assert all(len(set(one)) == 4 for one in groups.values())
    assert [row.name for row in list_groups(session, cohort.id)] == ["Groep 1", "Groep 2"]


def test_dividing_again_ends_what_was_and_keeps_the_history(session, organiser, cohort, now):
    for _ in range(6):
        make_participant(session, cohort)
    make_peer_groups(session, organiser, cohort.id, size=3, now=now)
    make_peer_groups(session, organiser, cohort.id, size=6, now=now + timedelta(days=1))
    assert sizes(session, cohort)[0] == [6]
    ended = session.scalars(sa.select(PeerGroupMembership.left_at)).all()
    # The half that stays where it was did not move.
    assert (ended.count(None), len(ended)) == (6, 9)
    # Both halves are as large, so either name may go on.
    assert [row.name for row in list_groups(session, cohort.id)] in (["Groep 1"], ["Groep 2"])
    assert session.query(PeerGroup).count() == 2


def test_newcomers_are_placed_and_nobody_moves(session, organiser, cohort, now):
    members = [make_participant(session, cohort) for _ in range(3)]
    group = make_peer_group(session, cohort, *members, since=now)
    for _ in range(4):
        make_participant(session, cohort)
    assert place_newcomers(session, organiser, cohort.id, now=now) == 3
    found = {member.enrolment_id: one for member, one in list_placeable(session, cohort.id)}
    assert {found[one.id] for one in members} == {group.id}
    assert list(found.values()).count(None) == 1


def test_moving_somebody_has_a_date_and_a_full_group_takes_nobody(session, organiser, cohort, now):
    first = [make_participant(session, cohort) for _ in range(4)]
    second = [make_participant(session, cohort) for _ in range(5)]
    make_peer_group(session, cohort, *first, since=now)
    target = make_peer_group(session, cohort, *second, since=now)
    later = now + timedelta(days=7)
    move_to_group(session, organiser, first[0].id, target.id, now=later)
    rows = session.execute(
        sa.select(PeerGroupMembership.joined_at, PeerGroupMembership.left_at)
        .where(PeerGroupMembership.enrolment_id == first[0].id)
        .order_by(PeerGroupMembership.joined_at)
    ).all()
    assert rows == [(now, later), (later, None)]
    move_to_group(session, organiser, first[0].id, target.id, now=later)
    with pytest.raises(Conflict):
        move_to_group(session, organiser, first[1].id, target.id, now=later)
    elsewhere = make_peer_group(session, make_cohort(session, now), since=now)
    with pytest.raises(NotFound):
        move_to_group(session, organiser, first[1].id, elsewhere.id, now=later)


def test_nobody_to_divide_and_nobody_else_may(session, organiser, cohort, now):
    with pytest.raises(Invalid):
        make_peer_groups(session, organiser, cohort.id, now=now)
    with pytest.raises(Forbidden):
        make_peer_groups(session, Actor(user_id=None, follows=frozenset({cohort.id})), cohort.id, now=now)


@pytest.fixture
def meeting(session, cohort, now):
    activities = list_cohort_activities(session, cohort.id)
    activity = next(row for row in activities if row.kind == "meeting")
    return make_meeting(
        session,
        cohort,
        now - timedelta(hours=4),
        module_id=activity.module_id,
        activity_id=activity.activity_id,
    )


def trainer_of(session, cohort):
    return Actor(user_id=make_user(session).id, trains=frozenset({cohort.id}))


def test_presence_completes_the_activity_at_the_end_of_the_meeting(session, cohort, meeting, now):
    here, away, excused, silent = (make_participant(session, cohort) for _ in range(4))
    states = {here.id: "present", away.id: "absent", excused.id: "excused"}
    assert record_attendance(session, trainer_of(session, cohort), meeting.id, states, now=now) == 1
    [fact] = session.scalars(sa.select(ActivityCompletion)).all()
    assert (fact.enrolment_id, fact.completed_at) == (here.id, meeting.ends_at)
    assert (fact.evidence_kind, fact.evidence_id) == ("attendance", meeting.id)
    assert session.query(Attendance).count() == 3
    assert session.query(Attendance).filter_by(enrolment_id=silent.id).count() == 0


def test_a_correction_changes_the_list_and_never_the_fact(session, cohort, meeting, now):
    """Invariant 2."""
    person = make_participant(session, cohort)
    trainer = trainer_of(session, cohort)
    record_attendance(session, trainer, meeting.id, {person.id: "present"}, now=now)
    record_attendance(session, trainer, meeting.id, {person.id: "absent"}, now=now + timedelta(hours=1))
    record_attendance(session, trainer, meeting.id, {person.id: "present"}, now=now + timedelta(hours=2))
    assert session.scalars(sa.select(ActivityCompletion.completed_at)).all() == [meeting.ends_at]
    assert session.scalars(sa.select(Attendance.state)).all() == ["present"]


def test_during_the_meeting_the_fact_is_not_in_the_future(session, cohort, meeting, now):
    person = make_participant(session, cohort)
    during = meeting.starts_at + timedelta(minutes=5)
    record_attendance(session, trainer_of(session, cohort), meeting.id, {person.id: "present"}, now=during)
    assert session.scalars(sa.select(ActivityCompletion.completed_at)).all() == [during]


def test_what_cannot_be_recorded(session, cohort, meeting, now):
    trainer = trainer_of(session, cohort)
    stranger = make_participant(session, make_cohort(session, now))
    own = make_participant(session, cohort)
    for states in ({stranger.id: "present"}, {own.id: "late"}):
        with pytest.raises(Invalid):
            record_attendance(session, trainer, meeting.id, states, now=now)
    with pytest.raises(Conflict):
        record_attendance(session, trainer, meeting.id, {}, now=meeting.starts_at - timedelta(minutes=1))
    for actor in (Actor(user_id=own.user_id, follows=frozenset({cohort.id})), Actor(user_id=None)):
        with pytest.raises(Forbidden):
            record_attendance(session, actor, meeting.id, {own.id: "present"}, now=now)
    meeting.state = "cancelled"
    session.flush()
    with pytest.raises(Conflict):
        record_attendance(session, trainer, meeting.id, {own.id: "present"}, now=now)


def test_the_number_of_statements_does_not_grow(session, cohort, meeting, now, counted):
    people = [make_participant(session, cohort).id for _ in range(100)]
    trainer, meeting_id = trainer_of(session, cohort), meeting.id
    # From the second time on it is also looked up why a fact is there already.
    record_attendance(session, trainer, meeting_id, {people[0]: "present"}, now=now)
    with counted() as few:
        record_attendance(session, trainer, meeting_id, {people[0]: "present"}, now=now)
    with counted() as many:
        record_attendance(session, trainer, meeting_id, dict.fromkeys(people, "present"), now=now)
    assert many.number == few.number
