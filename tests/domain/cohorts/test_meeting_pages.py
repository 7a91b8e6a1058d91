"""Agenda, notes, actions, sign-offs, checking in and attendance: who may, what changes, and what two people do at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from peergang.cohorts.actions.attendance import record_attendance
from peergang.cohorts.actions.meeting_agenda import (
    AgendaDetails,
    add_agenda_item,
    change_agenda_item,
    hold_agenda,
    move_agenda_item,
    remove_agenda_item,
    restore_agenda,
)
from peergang.cohorts.actions.meeting_check_in import check_in, forget_old_codes, show_check_in_code
from peergang.cohorts.actions.meeting_notes import (
    ActionDetails,
    agree_on_action,
    remove_action,
    tick_off,
    write_notes,
)
from peergang.cohorts.actions.meeting_sign_off import come_after_all, sign_off
from peergang.cohorts.models import ActivityCompletion, Attendance, CheckInCode, MeetingAction, SignOff
from peergang.cohorts.queries.meeting_page import (
    get_meeting_page,
    list_agenda,
    list_expected,
    list_materials,
)
from peergang.cohorts.queries.my_meetings import list_my_meetings
from peergang.cohorts.rules.check_in import ALPHABET, read_code
from peergang.core.db import transaction
from peergang.core.errors import Conflict, Forbidden, Invalid, NotFound
from peergang.core.permissions import Actor
from tests.factories.cohorts import (
    list_cohort_activities,
    make_cohort,
    make_meeting,
    make_participant,
    make_trainer,
)
from tests.factories.identity import make_user


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now)


@pytest.fixture
def meeting(session, cohort, now):
    activity = next(row for row in list_cohort_activities(session, cohort.id) if row.kind == "meeting")
    return make_meeting(
        session,
        cohort,
        now + timedelta(hours=2),
        module_id=activity.module_id,
        activity_id=activity.activity_id,
    )


@pytest.fixture
def trainer(session, cohort):
    one = make_trainer(session, cohort)
    return Actor(user_id=one.user_id, trains=frozenset({cohort.id}))


@pytest.fixture
def person(session, cohort):
    return make_participant(session, cohort)


@pytest.fixture
def member(person, cohort):
    return Actor(user_id=person.user_id, follows=frozenset({cohort.id}))


def outsiders(session, now):
    other = make_cohort(session, now)
    user = make_user(session)
    return (
        Actor(user_id=user.id),
        Actor(user_id=user.id, trains=frozenset({other.id})),
        Actor(user_id=user.id, follows=frozenset({other.id})),
    )


def titles(session, meeting):
    return [row.title for row in list_agenda(session, meeting.id)]


def test_the_agenda_of_the_content_becomes_ones_own_and_back(session, meeting, trainer):
    default = get_meeting_page(session, meeting.id).default_agenda
    assert default
    hold_agenda(session, trainer, meeting.id)
    assert titles(session, meeting) == [one["title"] for one in default]
    item = add_agenda_item(session, trainer, meeting.id, AgendaDetails("Extra", 10))
    assert titles(session, meeting)[-1] == "Extra"
    for _ in range(20):
        move_agenda_item(session, trainer, meeting.id, item, down=False)
    assert titles(session, meeting)[0] == "Extra"
    move_agenda_item(session, trainer, meeting.id, item, down=True)
    assert titles(session, meeting)[1:2] == ["Extra"]
    remove_agenda_item(session, trainer, meeting.id, item)
    assert "Extra" not in titles(session, meeting)
    restore_agenda(session, trainer, meeting.id)
    page = get_meeting_page(session, meeting.id)
    assert (page.own_agenda, titles(session, meeting)) == (False, [])


def test_a_part_is_cleaned_and_points_at_the_own_programme(session, cohort, meeting, trainer, now):
    topic = list_materials(session, cohort.edition_id)[0]
    details = AgendaDetails(
        "Start", 5, "**Hoi** <script>alert(1)</script>", "https://school.example/stuk", topic.id
    )
    item = add_agenda_item(session, trainer, meeting.id, details)
    [row] = [row for row in list_agenda(session, meeting.id) if row.item_id == item]
    assert "<strong>Hoi</strong>" in row.body_html
    assert "<script" not in row.body_html
    assert row.topic_id == topic.id
    other = make_cohort(session, now)
    strange = list_materials(session, other.edition_id)[0]
    for wrong, field in (
        (AgendaDetails("", 5), "title"),
        (AgendaDetails("x" * 161, 5), "title"),
        (AgendaDetails("x", 601), "minutes"),
        (AgendaDetails("x", 5, url="javascript:alert(1)"), "url"),
        (AgendaDetails("x", 5, about=strange.id), "about"),
    ):
        with pytest.raises(Invalid) as refused:
            change_agenda_item(session, trainer, meeting.id, item, wrong)
        assert field in refused.value.problems


def test_a_part_of_another_meeting_does_not_exist_here(session, cohort, meeting, trainer, now):
    item = add_agenda_item(session, trainer, meeting.id, AgendaDetails("Start", 5))
    other = make_meeting(session, cohort, now + timedelta(days=30), number=9)
    with pytest.raises(NotFound):
        remove_agenda_item(session, trainer, other.id, item)


def test_only_who_prepares_writes(session, meeting, member, person, now):
    for actor in (member, *outsiders(session, now)):
        for attempt in (
            lambda one: hold_agenda(session, one, meeting.id),
            lambda one: write_notes(session, one, meeting.id, "Hoi", revision=0, now=now),
            lambda one: agree_on_action(session, one, meeting.id, ActionDetails("x", person.id), now=now),
            lambda one: show_check_in_code(session, one, meeting.id, now=now),
            lambda one: record_attendance(session, one, meeting.id, {}, now=now),
        ):
            with pytest.raises(Forbidden):
                attempt(actor)


def test_only_members_sign_off_and_check_in(session, meeting, trainer, now):
    organiser = Actor(user_id=make_user(session).id, is_organiser=True)
    for actor in (trainer, organiser, *outsiders(session, now)):
        for attempt in (
            lambda one: sign_off(session, one, meeting.id, "x", now=now),
            lambda one: come_after_all(session, one, meeting.id, now=now),
            lambda one: check_in(session, one, meeting.id, "ABC", now=now),
        ):
            with pytest.raises(Forbidden):
                attempt(actor)


def test_signing_off_until_it_begins(session, cohort, meeting, member, person, now):
    sign_off(session, member, meeting.id, " Ziek ", now=now)
    sign_off(session, member, meeting.id, "Toch een les", now=now)
    [row] = list_expected(session, cohort.id, meeting.id)
    assert row.reason == "Toch een les"
    come_after_all(session, member, meeting.id, now=now)
    come_after_all(session, member, meeting.id, now=now)
    assert session.query(SignOff).count() == 0
    for reason in ("  ", "x" * 501):
        with pytest.raises(Invalid):
            sign_off(session, member, meeting.id, reason, now=now)
    for attempt in (sign_off, come_after_all):
        with pytest.raises(Conflict):
            attempt(
                session, member, meeting.id, *(["x"] if attempt is sign_off else []), now=meeting.starts_at
            )
    meeting.state = "cancelled"
    session.flush()
    with pytest.raises(Conflict):
        sign_off(session, member, meeting.id, "x", now=now)


def test_who_stopped_signs_nothing_off(session, meeting, member, person, now):
    person.state = "withdrawn"
    session.flush()
    with pytest.raises(NotFound):
        sign_off(session, member, meeting.id, "x", now=now)


def test_notes_are_not_overwritten_unseen(session, meeting, trainer, now):
    write_notes(session, trainer, meeting.id, "# Eerste", revision=0, now=now)
    page = get_meeting_page(session, meeting.id)
    assert (page.notes_html, page.page_revision) == ("<h3>Eerste</h3>", 1)
    assert page.notes_by
    with pytest.raises(Conflict) as refused:
        write_notes(session, trainer, meeting.id, "Tweede", revision=0, now=now)
    assert refused.value.details == {"notes": "# Eerste", "revision": 1}
    with pytest.raises(Invalid):
        write_notes(session, trainer, meeting.id, "x" * 20_001, revision=1, now=now)


def test_an_action_has_an_owner_of_the_cohort_who_ticks_it_off(
    session, cohort, meeting, trainer, member, person, now
):
    action = agree_on_action(session, trainer, meeting.id, ActionDetails("Bel", person.id), now=now)
    tick_off(session, member, meeting.id, action, done=True, now=now)
    tick_off(session, member, meeting.id, action, done=True, now=now + timedelta(days=1))
    assert session.get_one(MeetingAction, action).done_at == now
    tick_off(session, trainer, meeting.id, action, done=False, now=now)
    assert session.get_one(MeetingAction, action).done_at is None
    peer = make_participant(session, cohort)
    with pytest.raises(Forbidden):
        tick_off(
            session,
            Actor(peer.user_id, follows=frozenset({cohort.id})),
            meeting.id,
            action,
            done=True,
            now=now,
        )
    # Who left sees the cohort no more, and ticks nothing off in it.
    with pytest.raises(Forbidden):
        tick_off(session, Actor(person.user_id), meeting.id, action, done=True, now=now)
    stranger = make_participant(session, make_cohort(session, now))
    for wrong in (ActionDetails("Bel", stranger.id), ActionDetails("", person.id), ActionDetails("x", None)):
        with pytest.raises(Invalid):
            agree_on_action(session, trainer, meeting.id, wrong, now=now)
    remove_action(session, trainer, meeting.id, action)
    assert session.query(MeetingAction).count() == 0


def test_a_closed_cohort_stays_as_it_was(session, cohort, meeting, trainer, now):
    cohort.state = "closed"
    session.flush()
    for attempt in (
        lambda: hold_agenda(session, trainer, meeting.id),
        lambda: write_notes(session, trainer, meeting.id, "Hoi", revision=0, now=now),
        lambda: show_check_in_code(session, trainer, meeting.id, now=meeting.starts_at),
    ):
        with pytest.raises(Conflict):
            attempt()


def test_the_code_holds_around_the_beginning(session, meeting, trainer, member, person, now):
    half = timedelta(minutes=30)
    early = meeting.starts_at - half
    with pytest.raises(Conflict):
        show_check_in_code(session, trainer, meeting.id, now=early - timedelta(seconds=1))
    code = show_check_in_code(session, trainer, meeting.id, now=early)
    assert len(code) == 6
    assert set(code) <= set(ALPHABET)
    for typed, when, why in (
        ("", early, "missing"),
        ("XXXXXX", early, "wrong"),
        (code, meeting.starts_at + half, "expired"),
        (code, early - timedelta(seconds=1), "expired"),
    ):
        with pytest.raises(Invalid) as refused:
            check_in(session, member, meeting.id, typed, now=when)
        assert refused.value.problems == {"code": why}
    assert check_in(session, member, meeting.id, f" {code[:3].lower()}-{code[3:]} ", now=early) is True
    assert check_in(session, member, meeting.id, code, now=early) is False
    [row] = session.scalars(sa.select(Attendance)).all()
    assert (row.state, row.recorded_by_id, row.recorded_at) == ("present", person.user_id, early)
    [fact] = session.scalars(sa.select(ActivityCompletion)).all()
    assert fact.completed_at == early


def test_a_new_code_kills_the_old_and_holds_for_who_is_late(session, meeting, trainer, member, now):
    old = show_check_in_code(session, trainer, meeting.id, now=meeting.starts_at)
    late = meeting.starts_at + timedelta(hours=1)
    new = show_check_in_code(session, trainer, meeting.id, now=late)
    assert new != old
    with pytest.raises(Invalid):
        check_in(session, member, meeting.id, old, now=late)
    assert check_in(session, member, meeting.id, new, now=late + timedelta(minutes=29))
    with pytest.raises(Conflict):
        show_check_in_code(session, trainer, meeting.id, now=meeting.ends_at + timedelta(seconds=1))
    assert forget_old_codes(session, now=late) == 0
    assert forget_old_codes(session, now=late + timedelta(hours=1)) == 1
    assert session.query(CheckInCode).count() == 0


def test_the_code_of_another_meeting_opens_nothing(session, cohort, meeting, trainer, member, now):
    other = make_meeting(session, cohort, meeting.starts_at, number=8)
    code = show_check_in_code(session, trainer, other.id, now=meeting.starts_at)
    with pytest.raises(Invalid):
        check_in(session, member, meeting.id, code, now=meeting.starts_at)


def test_what_the_list_left_alone_is_kept(session, cohort, meeting, trainer, member, person, now):
    """A trainer's list that stood open while somebody checked in, or while a colleague recorded something."""
    peer = make_participant(session, cohort)
    shown = {person.id: "excused", peer.id: "present"}
    code = show_check_in_code(session, trainer, meeting.id, now=meeting.starts_at)
    check_in(session, member, meeting.id, code, now=meeting.starts_at)
    record_attendance(session, trainer, meeting.id, {peer.id: "absent"}, now=meeting.starts_at)
    assert record_attendance(session, trainer, meeting.id, shown, now=meeting.starts_at, shown=shown) == 1
    states = dict(session.execute(sa.select(Attendance.enrolment_id, Attendance.state)).all())
    assert states == {person.id: "present", peer.id: "absent"}
    # What was tapped on purpose counts.
    wanted = {person.id: "absent", peer.id: "present"}
    record_attendance(session, trainer, meeting.id, wanted, now=meeting.starts_at, shown=shown)
    states = dict(session.execute(sa.select(Attendance.enrolment_id, Attendance.state)).all())
    assert states == {person.id: "absent", peer.id: "absent"}, "present was left alone, absent was tapped"


def test_two_trainers_and_thirty_phones_at_once(committed, now):
    with transaction(committed) as session:
        cohort = make_cohort(session, now)
        meeting = make_meeting(session, cohort, now)
        people = [make_participant(session, cohort) for _ in range(12)]
        trainers = [make_trainer(session, cohort) for _ in range(2)]
        staff = [Actor(user_id=one.user_id, trains=frozenset({cohort.id})) for one in trainers]
        code = show_check_in_code(session, staff[0], meeting.id, now=now)
        ids = [one.id for one in people]
        phones = [Actor(user_id=one.user_id, follows=frozenset({cohort.id})) for one in people]
    shown = dict.fromkeys(ids, "present") | {ids[0]: "excused", ids[1]: "excused"}

    def trainer(actor):
        with transaction(committed) as session:
            record_attendance(session, actor, meeting.id, shown | {ids[11]: "absent"}, now=now, shown=shown)

    def phone(actor):
        with transaction(committed) as session:
            check_in(session, actor, meeting.id, code, now=now)

    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(trainer, one) for one in staff] + [pool.submit(phone, one) for one in phones[:11]]
        for job in jobs:
            job.result()
    with transaction(committed) as session:
        states = dict(session.execute(sa.select(Attendance.enrolment_id, Attendance.state)).all())
    assert states == dict.fromkeys(ids[:11], "present") | {ids[11]: "absent"}


def test_my_meetings_are_those_of_my_cohorts(session, cohort, meeting, member, trainer, now):
    make_meeting(session, make_cohort(session, now), now)
    for actor in (member, trainer):
        assert [row.meeting_id for row in list_my_meetings(session, actor)] == [meeting.id]
    assert list_my_meetings(session, Actor(user_id=make_user(session).id)) == []


def test_reading_a_code():
    assert read_code(" abc-d e9\n") == "ABCDE9"
    assert read_code("…") == ""
