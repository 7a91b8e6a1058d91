"""Invitations by mail: meeting_planned, meeting_moved and meeting_cancelled, read back by a calendar."""

# ruff: noqa: F811, E731, B023, C901 the fixtures come from the tests of reminders; one test walks through a whole life

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, Meeting
from peergang.cohorts.rules.calendar import uid_of
from peergang.core.clock import local
from peergang.identity.models import User
from peergang.notifications.models import Notice, NoticeChoice
from tests.domain.reminders.conftest import Ledger, ledger, words  # noqa: F401 fixtures
from tests.factories.agenda import Agenda, calendars_in, events_in
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer

RULES = ("meeting_planned", "meeting_moved", "meeting_cancelled")


def plan(ledger: Ledger, now: datetime) -> int:
    return sum(ledger.plan(rule, now) for rule in RULES)


def run(ledger: Ledger, now: datetime) -> list[Any]:
    """Plan, wait until things have settled, and deliver."""
    plan(ledger, now)
    return ledger.deliver(now + timedelta(minutes=6))


def move(session: Session, meeting: Meeting, at: datetime | None = None, **values: Any) -> None:
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.revision += 1
    session.flush()
    if at is not None:
        # The trigger writes down the time of the database.
        session.execute(sa.update(Meeting).where(Meeting.id == meeting.id).values(changed_at=at))


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    return make_cohort(session, now)


@pytest.fixture
def person(session: Session, cohort: Cohort) -> Enrolment:
    return make_participant(session, cohort)


def make_meetings(session: Session, cohort: Cohort, now: datetime, number: int) -> list[Meeting]:
    return [
        make_meeting(session, cohort, now + timedelta(days=7 * one), number=one, place=f"Lokaal {one}")
        for one in range(1, number + 1)
    ]


def test_eight_meetings_are_one_mail_with_an_invitation_each(session, ledger, cohort, person, now, words):
    trainer = make_trainer(session, cohort)
    make_participant(session, cohort, state="invited")
    make_participant(session, make_cohort(session, now))
    meetings = make_meetings(session, cohort, now, 8)
    make_meeting(session, cohort, now - timedelta(days=3), number=9)
    mails = run(ledger, now)
    assert ledger.addresses() == sorted(session.get_one(User, one.user_id).email for one in (person, trainer))
    for mail in mails:
        found = calendars_in(mail)
        assert [method for method, _ in found] == ["REQUEST"] * 8
        assert {str(event["UID"]) for event in events_in(mail)} == {uid_of(one.id) for one in meetings}
        assert [len(calendar.walk("VEVENT")) for _, calendar in found] == [1] * 8
        for kind in ("plain", "html"):
            assert "Lokaal 8" in words(mail, kind)
    assert run(ledger, now + timedelta(hours=1)) == [], "told once"


def test_one_meeting_stands_beside_the_text_and_as_a_file(session, ledger, cohort, person, now, settings):
    meeting = make_meeting(session, cohort, now + timedelta(days=2), title="Zoë’s façade 🌉 " + "lang " * 40)
    (mail,) = run(ledger, now)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    (event,) = events_in(mail)
    assert meeting.title.strip() in str(event["SUMMARY"])
    assert str(event["ATTENDEE"]) == f"mailto:{session.get_one(User, person.user_id).email}"
    assert str(event["ORGANIZER"]).startswith("mailto:")
    assert str(event["ORGANIZER"]).removeprefix("mailto:") in settings.mail_from
    assert int(event["SEQUENCE"]) == 0
    attachment = next(part for part in mail.walk() if part.get_content_type() == "application/ics")
    assert attachment.get_filename() == "bijeenkomst-1.ics"
    assert str(mail["List-Unsubscribe"])


def test_a_move_and_a_cancellation_follow(session, ledger, cohort, person, now):
    meeting = make_meeting(session, cohort, now + timedelta(days=9), place="Lokaal 1")
    agenda = Agenda()
    for mail in run(ledger, now):
        agenda.take(mail)
    later = meeting.starts_at + timedelta(days=1)
    move(session, meeting, starts_at=later, ends_at=later + timedelta(hours=2), place="Aula")
    (mail,) = run(ledger, now + timedelta(hours=1))
    assert "Gewijzigd" in mail["Subject"]
    agenda.take(mail)
    assert agenda.shown() == {
        uid_of(meeting.id): (local(meeting.starts_at), local(meeting.ends_at), "Aula"),
    }
    move(session, meeting, state="cancelled")
    (mail,) = run(ledger, now + timedelta(hours=2))
    assert [method for method, _ in calendars_in(mail)] == ["CANCEL"]
    (event,) = events_in(mail)
    assert (str(event["STATUS"]), int(event["SEQUENCE"])) == ("CANCELLED", 2)
    agenda.take(mail)
    assert agenda.shown() == {}
    assert run(ledger, now + timedelta(hours=3)) == []


def test_a_second_move_before_the_mail_left_tells_the_last_one_only(session, ledger, cohort, person, now):
    meeting = make_meeting(session, cohort, now + timedelta(days=9))
    run(ledger, now)
    for hour in (1, 2):
        move(session, meeting, starts_at=meeting.starts_at + timedelta(minutes=30))
        assert plan(ledger, now + timedelta(hours=1, minutes=hour)) == 1
    (mail,) = ledger.deliver(now + timedelta(hours=1, minutes=10))
    (event,) = events_in(mail)
    assert int(event["SEQUENCE"]) == 2
    states = session.execute(
        sa.select(Notice.state, Notice.reason).where(Notice.rule == "meeting_moved")
    ).all()
    assert sorted(states) == [("sent", ""), ("suppressed", "gone")]


def test_a_meeting_cancelled_before_anybody_heard_of_it_is_not_mentioned(
    session, ledger, cohort, person, now
):
    meeting = make_meeting(session, cohort, now + timedelta(days=9))
    plan(ledger, now)
    move(session, meeting, now + timedelta(minutes=4), state="cancelled")
    assert run(ledger, now + timedelta(minutes=10)) == []


def test_who_leaves_loses_the_meetings_and_who_returns_gets_them_back(session, ledger, cohort, person, now):
    meetings = make_meetings(session, cohort, now, 3)
    agenda = Agenda()
    moment = now
    for turn in range(3):
        (mail,) = run(ledger, moment)
        agenda.take(mail)
        assert set(agenda.shown()) == {uid_of(one.id) for one in meetings}
        assert {int(event["SEQUENCE"]) for event in events_in(mail)} == {2 * turn}
        person.state, person.withdrawn_at = "withdrawn", moment
        session.flush()
        moment += timedelta(hours=1)
        (mail,) = run(ledger, moment)
        assert f"/bijeenkomsten/{meetings[0].id}" not in mail.get_body(("plain",)).get_content()
        agenda.take(mail)
        assert agenda.shown() == {}
        moment += timedelta(hours=1)
        person.state, person.activated_at, person.withdrawn_at = "active", moment, None
        session.flush()


def test_a_cancelled_cohort_takes_its_meetings_back(session, ledger, cohort, person, now):
    meetings = make_meetings(session, cohort, now, 2)
    run(ledger, now)
    cohort.state = "cancelled"
    for one in meetings:
        move(session, one, state="cancelled")
    (mail,) = run(ledger, now + timedelta(hours=1))
    assert [method for method, _ in calendars_in(mail)] == ["CANCEL"] * 2


@pytest.mark.parametrize("state", ["planned", "closed", "cancelled"])
def test_a_cohort_that_does_not_go_on_invites_nobody(session, ledger, now, state):
    cohort = make_cohort(session, now, state=state)
    make_participant(session, cohort)
    make_meeting(session, cohort, now + timedelta(days=9))
    assert run(ledger, now) == []


def test_who_reads_the_feed_can_do_without_plans_and_still_hears_of_changes(
    session, ledger, cohort, person, now
):
    meeting = make_meeting(session, cohort, now + timedelta(days=9))
    session.add(NoticeChoice(user_id=person.user_id, rule="meeting_planned", delivery="off", since=now))
    assert run(ledger, now) == []
    move(session, meeting, place="Aula")
    (mail,) = run(ledger, now + timedelta(hours=1))
    assert "Gewijzigd" in mail["Subject"]
    session.add(NoticeChoice(user_id=person.user_id, rule="meeting_moved", delivery="off", since=now))
    move(session, meeting, place="Kantine")
    assert run(ledger, now + timedelta(hours=2)) == []


def test_a_refused_mail_server_changes_nothing(session, ledger, cohort, person, now, monkeypatch):
    from peergang.core.mail import MailAway

    make_meeting(session, cohort, now + timedelta(days=9))
    plan(ledger, now)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "send", lambda *_: (_ for _ in ()).throw(MailAway("away")))
        assert ledger.deliver(now + timedelta(minutes=6)) == []
    assert plan(ledger, now + timedelta(minutes=7)) == 0
    (mail,) = ledger.deliver(now + timedelta(minutes=20))
    assert int(events_in(mail)[0]["SEQUENCE"]) == 0


def test_as_many_statements_for_thirty_people_as_for_three(session, connection, ledger, cohort, now):
    from peergang.notifications.catalog import Claim, get_rule

    make_meetings(session, cohort, now, 3)
    people = [make_participant(session, cohort) for _ in range(30)]
    counts = []
    for some in (people[:3], people):
        claims = []
        for one in some:
            notice = Notice(
                rule="meeting_planned", subject_id=one.id, recipient_id=one.user_id,
                occurrence=f"{len(some)}", planned_at=now, ready_at=now, not_before=now, expires_at=now + timedelta(days=1),
            )  # fmt: skip
            session.add(notice)
            session.flush()
            claims.append(Claim(notice.id, one.id, one.user_id, notice.occurrence))
        statements: list[str] = []
        note = lambda *args: statements.append(args[2])
        sa.event.listen(connection, "before_cursor_execute", note)
        found = get_rule("meeting_planned").content(session, claims, now)
        sa.event.remove(connection, "before_cursor_execute", note)
        assert len(found) == len(some)
        counts.append(len(statements))
    assert counts[0] == counts[1]


STEP = st.sampled_from(["move", "cancel", "restore", "leave", "return", "plan", "deliver", "add"])


@hypothesis_settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
@given(steps=st.lists(STEP, min_size=3, max_size=14), seed=st.integers(0, 2**32))
def test_in_whatever_order_mails_arrive_the_calendar_ends_right(session, ledger, now, steps, seed):
    order = Random(seed)
    cohort = make_cohort(session, now)
    person = make_participant(session, cohort)
    meetings = make_meetings(session, cohort, now, 2)
    mails: list[Any] = []
    moment = now
    for step in [*steps, "plan", "deliver"]:
        moment += timedelta(minutes=7)
        one = order.choice(meetings)
        match step:
            case "move":
                later = one.starts_at + timedelta(minutes=5)
                move(session, one, moment, starts_at=later, place=f"Zaal {moment:%H%M}")
            case "cancel":
                move(session, one, moment, state="cancelled")
            case "restore":
                move(session, one, moment, state="planned")
            case "leave" if person.state == "active":
                person.state, person.withdrawn_at = "withdrawn", moment
            case "return" if person.state == "withdrawn":
                person.state, person.activated_at = "active", moment
            case "add":
                number = len(meetings) + 1
                meetings.append(
                    make_meeting(session, cohort, now + timedelta(days=3 * number), number=number)
                )
            case "plan":
                plan(ledger, moment)
            case "deliver":
                mails += ledger.deliver(moment)
        session.flush()
    mine = session.get_one(User, person.user_id).email
    mails = [mail for mail in mails if mine in str(mail["To"])]
    order.shuffle(mails)
    agenda = Agenda()
    for mail in mails:
        agenda.take(mail)
    wanted = {
        uid_of(one.id): (local(one.starts_at), local(one.ends_at), one.place)
        for one in meetings
        if one.state == "planned" and person.state == "active"
    }
    assert agenda.shown() == wanted
