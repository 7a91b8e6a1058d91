"""A week before a meeting."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, SignOff
from peergang.core.config import Settings
from peergang.notifications.models import Notice
from tests.domain.reminders.conftest import Ledger
from tests.domain.reminders.reading import list_planned, plan, read, verdicts
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer

RULE = "meeting_in_a_week"
HERE = ZoneInfo("Europe/Amsterdam")
MORNING = datetime(2026, 11, 18, 8, 30, tzinfo=HERE).astimezone(UTC)
STARTS = datetime(2026, 11, 25, 13, 0, tzinfo=HERE).astimezone(UTC)


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    cohort = make_cohort(session, now)
    make_meeting(session, cohort, now - timedelta(days=10), number=1)
    return cohort


def test_everybody_who_is_expected_hears_it(session: Session, settings: Settings, cohort: Cohort) -> None:
    meeting = make_meeting(session, cohort, STARTS, number=2, title="Samen kijken", place="Aula")
    people = {make_participant(session, cohort).user_id, make_trainer(session, cohort).user_id}
    excused = make_participant(session, cohort)
    session.add(
        SignOff(
            meeting_id=meeting.id,
            enrolment_id=excused.id,
            reason="Ziek",
            signed_off_at=MORNING,
            starts_at=STARTS,
        )
    )
    assert plan(session, RULE, MORNING - timedelta(hours=13)) == set()
    assert plan(session, RULE, MORNING - timedelta(hours=2)) == people
    assert {one.not_before for one in list_planned(session, RULE)} == {MORNING}
    for words in read(session, settings, RULE, MORNING).values():
        assert words.subject == "Bijeenkomst op woensdag 25 november: Samen kijken"
        assert "Aula" in words.text
        assert f"/bijeenkomsten/{meeting.id}" in words.html


def test_the_day_before_another_mail_tells_it(session: Session, cohort: Cohort) -> None:
    make_meeting(session, cohort, STARTS, number=2)
    make_participant(session, cohort)
    plan(session, RULE, STARTS - timedelta(days=1))
    assert list_planned(session, RULE) == []


def test_it_stands_aside_where_a_calendar_was_just_told(
    session: Session, ledger: Ledger, cohort: Cohort
) -> None:
    person = make_participant(session, cohort)
    make_meeting(session, cohort, STARTS, number=2)
    ledger.plan("meeting_planned", MORNING - timedelta(days=1))
    assert plan(session, RULE, MORNING) == set(), "it is about to be told"
    assert len(ledger.deliver(MORNING - timedelta(hours=20))) == 1
    assert plan(session, RULE, MORNING) == set(), "it was told yesterday"
    session.execute(sa.update(Notice).values(handed_over_at=MORNING - timedelta(days=20)))
    assert plan(session, RULE, MORNING) == {person.user_id}, "what was told weeks ago may be told again"


def test_the_first_meeting_is_told_with_the_beginning(session: Session, now: datetime) -> None:
    cohort = make_cohort(session, now)
    cohort.starts_on = (STARTS - timedelta(days=1)).date()
    make_participant(session, cohort)
    make_meeting(session, cohort, STARTS, number=1)
    assert plan(session, RULE, MORNING) == set()
    make_meeting(session, cohort, STARTS + timedelta(days=14), number=2)
    plan(session, RULE, MORNING + timedelta(days=14))
    assert len(list_planned(session, RULE)) == 1


@pytest.mark.parametrize(
    ("what", "why"), [("cancelled", "cancelled"), ("withdrawn", "withdrawn"), ("moved", "gone")]
)
def test_what_changed_since_is_not_told(session: Session, cohort: Cohort, what: str, why: str) -> None:
    meeting = make_meeting(session, cohort, STARTS, number=2)
    person = make_participant(session, cohort)
    plan(session, RULE, MORNING)
    assert verdicts(session, RULE, MORNING) == {""}
    if what == "cancelled":
        meeting.state = "cancelled"
    elif what == "withdrawn":
        person.state = "withdrawn"
    else:
        meeting.ends_at += timedelta(days=3)
        meeting.starts_at += timedelta(days=2)
    assert verdicts(session, RULE, MORNING) == {why}
