"""A week before a cohort begins."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort
from peergang.core.config import Settings
from tests.domain.reminders.reading import list_planned, plan, read, verdicts
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer

RULE = "cohort_starts"
HERE = ZoneInfo("Europe/Amsterdam")
FIRST = date(2026, 11, 25)
MORNING = datetime(2026, 11, 18, 8, 30, tzinfo=HERE).astimezone(UTC)


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    cohort = make_cohort(session, now, state="open")
    cohort.starts_on = FIRST
    return cohort


def test_everybody_in_it_hears_when_and_where(session: Session, settings: Settings, cohort: Cohort) -> None:
    people = {make_participant(session, cohort).user_id, make_trainer(session, cohort).user_id}
    for state in ("invited", "waitlisted", "withdrawn"):
        make_participant(session, cohort, state=state)
    make_meeting(session, cohort, MORNING + timedelta(days=8), number=1, title="De aftrap", place="Zaal 3")
    make_meeting(session, cohort, MORNING + timedelta(days=20), number=2, title="Later")
    assert plan(session, RULE, MORNING - timedelta(hours=13)) == set()
    assert plan(session, RULE, MORNING - timedelta(hours=10)) == people
    assert {one.not_before for one in list_planned(session, RULE)} == {MORNING}
    assert {one.cohort_id for one in list_planned(session, RULE)} == {cohort.id}
    for words in read(session, settings, RULE, MORNING).values():
        assert words.subject == f"We beginnen woensdag 25 november: {cohort.name}"
        for text in (words.text, words.html):
            assert "De aftrap" in text
            assert "Zaal 3" in text
            assert "Later" not in text


def test_without_a_meeting_it_says_the_day(session: Session, settings: Settings, cohort: Cohort) -> None:
    make_participant(session, cohort)
    plan(session, RULE, MORNING)
    (words,) = read(session, settings, RULE, MORNING).values()
    assert "De eerste bijeenkomst" not in words.text


def test_who_comes_later_hears_it_by_day_and_never_on_the_day_itself(
    session: Session, cohort: Cohort
) -> None:
    evening = datetime(2026, 11, 23, 22, 0, tzinfo=HERE).astimezone(UTC)
    make_participant(session, cohort, at=evening)
    plan(session, RULE, evening)
    (notice,) = list_planned(session, RULE)
    assert notice.not_before == datetime(2026, 11, 24, 8, 30, tzinfo=HERE)
    assert notice.expires_at == datetime(2026, 11, 25, 0, 0, tzinfo=HERE)


def test_another_first_day_is_another_thing(session: Session, cohort: Cohort) -> None:
    make_participant(session, cohort)
    plan(session, RULE, MORNING)
    assert verdicts(session, RULE, MORNING) == {""}
    cohort.starts_on = FIRST + timedelta(days=14)
    assert verdicts(session, RULE, MORNING) == {"gone"}
    plan(session, RULE, MORNING + timedelta(days=14))
    assert len(list_planned(session, RULE)) == 2


@pytest.mark.parametrize("state", ["cancelled", "closed"])
def test_what_does_not_go_on_is_not_told(session: Session, cohort: Cohort, state: str) -> None:
    make_participant(session, cohort)
    plan(session, RULE, MORNING)
    cohort.state = state
    assert verdicts(session, RULE, MORNING) == {"closed"}
