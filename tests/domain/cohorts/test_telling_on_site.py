"""What mails about meetings said can be read on the site after the calendar was told, and reading it tells nobody anything."""

# ruff: noqa: F811 the fixtures come from the tests of reminders

from datetime import timedelta

import pytest
import sqlalchemy as sa

from peergang.cohorts.models import CalendarLine
from peergang.core.permissions import Actor
from peergang.notifications.actions.inbox import read_inbox
from peergang.notifications.rules.inbox import Glance
from tests.domain.reminders.conftest import ledger  # noqa: F401 a fixture
from tests.factories.cohorts import make_cohort, make_meeting, make_participant

pytestmark = pytest.mark.database


RULES = ("meeting_planned", "meeting_moved", "meeting_cancelled")


def plan(ledger, now):
    for rule in RULES:
        ledger.plan(rule, now)


def run(ledger, now):
    """Plan, wait until things have settled, and deliver."""
    plan(ledger, now)
    return ledger.deliver(now + timedelta(minutes=6))


def move(session, meeting, **values):
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.revision += 1
    session.flush()


def test_a_move_and_a_cancellation_stay_on_the_site(session, ledger, settings, now):
    cohort = make_cohort(session, now)
    person = make_participant(session, cohort)
    meeting = make_meeting(session, cohort, now + timedelta(days=9), title="Start")

    def said(at):
        session.expire_all()
        actor = Actor(user_id=person.user_id)
        inbox = read_inbox(session, actor, settings, "nl", unread_only=False, number=1, now=at)
        return {one.rule: one.said for _, messages in inbox.days for one in messages}

    plan(ledger, now)
    waits = said(now + timedelta(minutes=6))["meeting_planned"]
    assert waits.state is Glance.OPEN
    assert "Start" in waits.words
    assert session.scalar(sa.select(sa.func.count()).select_from(CalendarLine)) == 0, (
        "nobody was told by mail"
    )
    assert len(run(ledger, now)) == 1
    told = said(now + timedelta(hours=1))["meeting_planned"]
    assert (told.state, told.path) == (Glance.OPEN, f"/bijeenkomsten/{meeting.id}")
    later = meeting.starts_at + timedelta(days=1)
    move(session, meeting, starts_at=later, ends_at=later + timedelta(hours=2))
    assert len(run(ledger, now + timedelta(hours=1))) == 1
    assert "Gewijzigd" in said(now + timedelta(hours=2))["meeting_moved"].words
    move(session, meeting, state="cancelled")
    run(ledger, now + timedelta(hours=3))
    after = said(now + timedelta(hours=4))
    assert after["meeting_cancelled"].state is Glance.OPEN
    assert {after["meeting_planned"].state, after["meeting_moved"].state} == {Glance.OVER}
