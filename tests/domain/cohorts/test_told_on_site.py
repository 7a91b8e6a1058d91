"""Who reads of a meeting on the site alone hears that it moved or was called off, whatever kept its mail back."""

# ruff: noqa: F811 the fixtures come from the tests of reminders

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, Meeting
from peergang.cohorts.rules.calendar import uid_of
from peergang.notifications.catalog import Claim, get_rule
from peergang.notifications.models import AddressSuspension, Notice, NoticeChoice, NoticeHabits
from tests.domain.reminders.conftest import Ledger, ledger  # noqa: F401 fixtures
from tests.factories.agenda import Agenda, calendars_in, events_in
from tests.factories.cohorts import make_cohort, make_meeting, make_participant

RULES = ("meeting_planned", "meeting_moved", "meeting_cancelled")
HOUR = timedelta(hours=1)


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    return make_cohort(session, now)


@pytest.fixture
def person(session: Session, cohort: Cohort) -> Enrolment:
    return make_participant(session, cohort)


@pytest.fixture
def meeting(session: Session, cohort: Cohort, now: datetime) -> Meeting:
    return make_meeting(session, cohort, now + timedelta(days=9), place="Lokaal 1")


def plan(ledger: Ledger, at: datetime) -> int:
    return sum(ledger.plan(rule, at) for rule in RULES)


def run(ledger: Ledger, at: datetime) -> list[Any]:
    plan(ledger, at)
    return ledger.deliver(at + timedelta(minutes=6))


def change(session: Session, meeting: Meeting, at: datetime, **values: Any) -> None:
    for name, value in {**values, "revision": meeting.revision + 1}.items():
        setattr(meeting, name, value)
    session.flush()
    # The trigger writes down the time of the database.
    session.execute(sa.update(Meeting).where(Meeting.id == meeting.id).values(changed_at=at))
    session.expire_all()


def end(session: Session, at: datetime, state: str, reason: str = "") -> None:
    """Let what waits end without a mail."""
    session.execute(
        sa.update(Notice).where(Notice.state == "queued").values(state=state, reason=reason, finished_at=at)
    )


def heard(ledger: Ledger) -> list[tuple[str, str, str]]:
    return sorted((one.rule, one.state, one.reason) for one in ledger.notices())


def no_mail(session: Session, person: Enrolment, now: datetime) -> None:
    session.add(NoticeHabits(user_id=person.user_id, rhythm="in_app"))


def no_plans(session: Session, person: Enrolment, now: datetime) -> None:
    session.add(
        NoticeChoice(user_id=person.user_id, rule="meeting_planned", delivery="in_app", since=now - HOUR)
    )


def no_address(session: Session, person: Enrolment, now: datetime) -> None:
    from peergang.identity.models import User

    email = session.get_one(User, person.user_id).email
    session.add(AddressSuspension(address=email, reason="hard", since=now - HOUR))


Habit = Callable[[Session, Enrolment, datetime], None]


@pytest.mark.parametrize("habit", [no_mail, no_plans, no_address])
def test_who_is_not_mailed_plans_hears_of_changes(
    session, ledger, person, meeting, now, habit: Habit
) -> None:
    habit(session, person, now)
    assert run(ledger, now) == []
    change(session, meeting, now + HOUR, place="Aula")
    moved = run(ledger, now + HOUR)
    change(session, meeting, now + 2 * HOUR, state="cancelled")
    cancelled = run(ledger, now + 2 * HOUR)
    assert [rule for rule, _, _ in heard(ledger)] == sorted(RULES), "each of it once"
    assert plan(ledger, now + 3 * HOUR) == 0
    if habit is not no_plans:
        assert (moved, cancelled) == ([], [])
        return
    agenda = Agenda()
    (mail,) = moved
    agenda.take(mail)
    assert {uid: place for uid, (_, _, place) in agenda.shown().items()} == {uid_of(meeting.id): "Aula"}
    (mail,) = cancelled
    assert [method for method, _ in calendars_in(mail)] == ["CANCEL"]
    agenda.take(mail)
    assert agenda.shown() == {}


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        *(("suppressed", reason) for reason in ("in_app", "budget", "quiet", "suspended", "paused", "read")),
        ("expired", ""),
        ("failed", "550"),
    ],
)
def test_whatever_ended_its_mail_a_change_is_told_by_one(
    session, ledger, person, meeting, now, state, reason
):
    plan(ledger, now)
    end(session, now + timedelta(minutes=6), state, reason)
    change(session, meeting, now + HOUR, place="Aula")
    (mail,) = run(ledger, now + HOUR)
    assert "Gewijzigd" in mail["Subject"]
    assert [(method, int(events_in(mail)[0]["SEQUENCE"])) for method, _ in calendars_in(mail)] == [
        ("REQUEST", 1)
    ]
    assert run(ledger, now + 2 * HOUR) == [], "and as planned no more"
    change(session, meeting, now + 3 * HOUR, state="cancelled")
    (mail,) = run(ledger, now + 3 * HOUR)
    assert [method for method, _ in calendars_in(mail)] == ["CANCEL"]
    assert run(ledger, now + 4 * HOUR) == []


@pytest.mark.parametrize("reason", ["unsubscribed", "deactivated", "gone"])
def test_what_did_not_stand_there_was_not_told(session, ledger, person, meeting, now, reason):
    plan(ledger, now)
    end(session, now + timedelta(minutes=6), "suppressed", reason)
    change(session, meeting, now + HOUR, place="Aula")
    (mail,) = run(ledger, now + HOUR)
    assert "Gewijzigd" not in mail["Subject"]


@pytest.mark.parametrize("reason", ["unsubscribed", "deactivated", "gone"])
def test_nobody_hears_that_what_they_never_read_was_called_off(session, ledger, person, meeting, now, reason):
    plan(ledger, now)
    end(session, now + timedelta(minutes=6), "suppressed", reason)
    change(session, meeting, now + HOUR, state="cancelled")
    assert run(ledger, now + HOUR) == []


def test_what_was_called_off_before_it_stood_there_is_not_mentioned(session, ledger, person, meeting, now):
    no_mail(session, person, now)
    plan(ledger, now)
    change(session, meeting, now + timedelta(minutes=3), state="cancelled")
    run(ledger, now + timedelta(minutes=4))
    assert [rule for rule, _, _ in heard(ledger)] == ["meeting_planned"]


def test_a_plan_that_waits_for_its_bundle_tells_the_new_date(session, ledger, person, meeting, now):
    session.add(NoticeHabits(user_id=person.user_id, rhythm="weekly"))
    assert run(ledger, now) == []
    change(session, meeting, now + HOUR, place="Aula")
    assert run(ledger, now + HOUR) == []
    assert {rule for rule, _, _ in heard(ledger)} == {"meeting_planned"}
    (mail,) = ledger.deliver(now + timedelta(days=6))
    assert str(events_in(mail)[0]["LOCATION"]) == "Aula"
    assert heard(ledger) == [("meeting_planned", "sent", ""), ("meeting_planned", "suppressed", "gone")]


def test_who_read_it_while_it_waits_hears_at_once_that_it_moved(session, ledger, person, meeting, now):
    session.add(NoticeHabits(user_id=person.user_id, rhythm="weekly"))
    run(ledger, now)
    session.execute(sa.update(Notice).values(read_at=now + timedelta(minutes=30)))
    change(session, meeting, now + HOUR, place="Aula")
    (mail,) = run(ledger, now + HOUR)
    assert "Gewijzigd" in mail["Subject"]
    assert ledger.deliver(now + timedelta(days=6)) == []


def test_what_waits_for_its_bundle_is_called_off_at_once(session, ledger, person, meeting, now):
    session.add(NoticeHabits(user_id=person.user_id, rhythm="weekly"))
    run(ledger, now)
    change(session, meeting, now + HOUR, state="cancelled")
    plan(ledger, now + HOUR)
    # The plan is taken away while the word that it is called off still waits: that goes all the same.
    ahead = now + HOUR + timedelta(minutes=1)
    session.execute(sa.update(Notice).where(Notice.rule == "meeting_planned").values(not_before=ahead))
    assert ledger.deliver(ahead) == []
    (mail,) = ledger.deliver(now + 2 * HOUR)
    assert [method for method, _ in calendars_in(mail)] == ["CANCEL"]
    assert heard(ledger) == [("meeting_cancelled", "sent", ""), ("meeting_planned", "suppressed", "gone")]


def test_who_returns_is_told_anew(session, ledger, person, meeting, now):
    no_mail(session, person, now)
    run(ledger, now)
    change(session, meeting, now + HOUR, place="Aula")
    person.activated_at = now + 2 * HOUR
    session.flush()
    run(ledger, now + 2 * HOUR)
    assert {rule for rule, _, _ in heard(ledger)} == {"meeting_planned"}


def test_the_first_message_still_says_what_was_planned(session, ledger, person, meeting, now):
    no_mail(session, person, now)
    run(ledger, now)
    change(session, meeting, now + HOUR, place="Aula")
    run(ledger, now + HOUR)
    for notice in ledger.notices():
        claim = Claim(notice.id, notice.subject_id, notice.recipient_id, notice.occurrence)
        recall = get_rule(notice.rule).recall
        assert recall is not None
        (words,) = recall(session, [claim], now + 2 * HOUR).values()
        assert [one["place"] for one in words["meetings"]] == ["Aula"]


def test_what_was_read_is_not_said_again_because_another_meeting_changed(
    session, ledger, cohort, person, meeting, now
):
    no_mail(session, person, now)
    others = [make_meeting(session, cohort, now + timedelta(days=day), number=day) for day in (2, 12, 14)]
    session.execute(sa.update(Meeting).values(changed_at=now - HOUR))
    run(ledger, now)
    change(session, meeting, now + HOUR, place="Aula")
    change(session, others[1], now + HOUR, place="Aula")
    run(ledger, now + 2 * HOUR)
    change(session, others[1], now + 3 * HOUR, state="cancelled")
    run(ledger, now + 4 * HOUR)
    assert [rule for rule, _, _ in heard(ledger)] == sorted(RULES)
    assert plan(ledger, now + timedelta(days=3)) == 0, "the first of them is over"
    assert plan(ledger, now + timedelta(days=10)) == 0


def test_what_was_read_comes_along_for_the_calendar_with_what_is_new(
    session, ledger, cohort, person, meeting, now
):
    session.execute(sa.update(Meeting).values(changed_at=now - HOUR))
    plan(ledger, now)
    end(session, now + timedelta(minutes=6), "suppressed", "budget")
    assert plan(ledger, now + HOUR) == 0
    make_meeting(session, cohort, now + timedelta(days=12), number=2)
    (mail,) = run(ledger, now + HOUR)
    assert [method for method, _ in calendars_in(mail)] == ["REQUEST"] * 2


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_a_message_that_is_sent_again_still_stands(session, ledger, person, meeting, now, state):
    session.execute(sa.update(Meeting).values(changed_at=now - HOUR))
    plan(ledger, now)
    end(session, now + timedelta(minutes=6), "failed", "550")
    if state == "queued":
        session.execute(sa.update(Notice).values(state="queued", reason="", finished_at=None))
    assert len(ledger.deliver(now + HOUR)) == (state == "queued")


def first_begins(session: Session, ledger: Ledger, cohort: Cohort, now: datetime, *ending: str) -> None:
    """Two meetings are planned, the mail of them does not go, and then the first is over."""
    make_meeting(session, cohort, now + 2 * HOUR, number=2)
    session.execute(sa.update(Meeting).values(changed_at=now - HOUR))
    plan(ledger, now)
    end(session, now + timedelta(minutes=6), *ending)


@pytest.mark.parametrize("ending", [("suppressed", "quiet"), ("suppressed", "budget"), ("expired", "")])
def test_what_came_too_late_for_the_first_meeting_is_mailed_for_the_rest(
    session, ledger, cohort, person, meeting, now, ending
):
    first_begins(session, ledger, cohort, now, *ending)
    assert plan(ledger, now + HOUR) == 0, "it would come too late as well"
    (mail,) = run(ledger, now + 3 * HOUR)
    agenda = Agenda()
    agenda.take(mail)
    assert list(agenda.shown()) == [uid_of(meeting.id)]
    assert run(ledger, now + 4 * HOUR) == []


@pytest.mark.parametrize("reason", ["in_app", "suspended", "paused", "read"])
def test_who_wants_no_mail_or_cannot_have_it_gets_none_for_the_rest_either(
    session, ledger, cohort, person, meeting, now, reason
):
    first_begins(session, ledger, cohort, now, "suppressed", reason)
    assert plan(ledger, now + 3 * HOUR) == 0


def test_what_came_too_late_and_was_read_is_not_said_again(session, ledger, cohort, person, meeting, now):
    first_begins(session, ledger, cohort, now, "suppressed", "quiet")
    session.execute(sa.update(Notice).values(read_at=now + HOUR))
    assert plan(ledger, now + 3 * HOUR) == 0
