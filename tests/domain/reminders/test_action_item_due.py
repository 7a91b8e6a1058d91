"""What was agreed at a meeting."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, MeetingAction
from peergang.core.config import Settings
from tests.domain.reminders.reading import list_planned, plan, read, verdicts
from tests.factories.cohorts import make_cohort, make_meeting, make_participant

RULE = "action_item_due"
HERE = ZoneInfo("Europe/Amsterdam")
DAY = date(2026, 11, 19)
MORNING = datetime(2026, 11, 18, 8, 30, tzinfo=HERE).astimezone(UTC)


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    return make_cohort(session, now)


@pytest.fixture
def person(session: Session, cohort: Cohort) -> Enrolment:
    make_participant(session, cohort)
    return make_participant(session, cohort)


@pytest.fixture
def agreed(session: Session, cohort: Cohort, person: Enrolment, now: datetime) -> MeetingAction:
    meeting = make_meeting(session, cohort, now - timedelta(days=6), title="Terugblik")
    values = {"text": "Vertrouwelijk nabellen", "due_on": DAY, "created_at": now - timedelta(days=6)}
    action = MeetingAction(meeting_id=meeting.id, enrolment_id=person.id, **values)
    undated = MeetingAction(meeting_id=meeting.id, enrolment_id=person.id, **{**values, "due_on": None})
    session.add_all([action, undated])
    session.flush()
    return action


def test_who_would_do_it_hears_the_day_before(
    session: Session, settings: Settings, cohort: Cohort, person: Enrolment, agreed: MeetingAction
) -> None:
    assert plan(session, RULE, MORNING - timedelta(hours=13)) == set()
    assert plan(session, RULE, MORNING - timedelta(hours=1)) == {person.user_id}
    (notice,) = list_planned(session, RULE)
    assert (notice.not_before, notice.cohort_id) == (MORNING, cohort.id)
    (words,) = read(session, settings, RULE, MORNING).values()
    assert words.subject == "Een afspraak voor donderdag 19 november"
    for text in (words.text, words.html):
        assert f"/bijeenkomsten/{agreed.meeting_id}" in text
        assert "Terugblik" in text
        assert "nabellen" not in text, "what was agreed may be about somebody"


@pytest.mark.parametrize(
    ("what", "why"),
    [("done", "done"), ("withdrawn", "withdrawn"), ("closed", "closed"), ("moved", "gone")],
)
def test_what_is_over_is_not_told(
    session: Session, cohort: Cohort, person: Enrolment, agreed: MeetingAction, what: str, why: str
) -> None:
    plan(session, RULE, MORNING)
    assert verdicts(session, RULE, MORNING) == {""}
    if what == "done":
        agreed.done_at = MORNING
    elif what == "withdrawn":
        person.state = "withdrawn"
    elif what == "closed":
        cohort.state = "closed"
    else:
        agreed.due_on = DAY + timedelta(days=8)
    assert verdicts(session, RULE, MORNING) == {why}
