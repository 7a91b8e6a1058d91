"""An agenda that takes longer than its meeting says so to who prepares it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.cohorts.models import AgendaItem, Cohort, Meeting, MeetingPage
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.coursework import find_activity
from tests.factories.identity import make_user

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
REMARK = "minuten langer dan de bijeenkomst."


@pytest.fixture
def cohort(session: Session, now: datetime) -> Cohort:
    return make_cohort(session, now)


@pytest.fixture
def activity(session: Session, cohort: Cohort) -> Activity:
    return find_activity(session, cohort, "meeting")


@pytest.fixture
def meeting(session: Session, cohort: Cohort, activity: Activity, now: datetime) -> Meeting:
    """Of three hours, as the factory makes them."""
    return make_meeting(session, cohort, now + timedelta(days=3), activity_id=activity.id)


def pages(meeting: Meeting) -> tuple[str, str, str]:
    own = f"/bijeenkomsten/{meeting.id}"
    return own, f"{own}/agenda", f"/cohorten/{meeting.cohort_id}/voortgang"


@pytest.mark.parametrize(("minutes", "said"), [(90, ""), (91, "1 minuut langer"), (120, "30 minuten langer")])
def test_a_trainer_is_told_by_how_much(
    session: Session, client_as: ClientAs, cohort: Cohort, meeting: Meeting, minutes: int, said: str
) -> None:
    trainer = make_user(session)
    make_trainer(session, cohort, user=trainer)
    make_participant(session, cohort)
    session.add(MeetingPage(meeting_id=meeting.id, own_agenda=True))
    for place, one in enumerate((90, minutes), start=1):
        session.add(AgendaItem(meeting_id=meeting.id, position=place, title="Terugblik", minutes=one))
    session.commit()
    client = client_as(trainer)
    for address in pages(meeting):
        page = client.get(address).text
        assert "Terugblik" in page
        assert ("langer dan de bijeenkomst" in page) == bool(said)
        assert said in page


def test_of_the_programme_s_agenda_too_and_not_to_participants(
    session: Session, client_as: ClientAs, cohort: Cohort, activity: Activity, meeting: Meeting
) -> None:
    activity.settings = activity.settings | {"agenda": [{"title": "Terugblik", "minutes": 240}]}
    trainer, user = make_user(session), make_user(session)
    make_trainer(session, cohort, user=trainer)
    make_participant(session, cohort, user=user)
    client = client_as(trainer)
    for address in pages(meeting):
        assert f"60 {REMARK}" in client.get(address).text
    page = client_as(user).get(pages(meeting)[0]).text
    assert "Samen 240 minuten." in page
    assert REMARK not in page
