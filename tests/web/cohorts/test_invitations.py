"""Saying yes or no."""

import pytest

from peergang.cohorts.models import Enrolment
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer

pytestmark = pytest.mark.database


@pytest.fixture
def invited(session, now):
    return make_participant(session, make_cohort(session, now), state="invited")


def user_of(session, enrolment):
    from peergang.identity.models import User

    return session.get(User, enrolment.user_id)


def test_who_is_invited_is_asked_first_and_says_yes(session, client_as, invited):
    client = client_as(user_of(session, invited))
    assert client.get("/").location == "/uitnodigingen"
    page = client.get("/uitnodigingen").text
    assert "Ja, ik doe mee" in page
    assert client.get("/?later=1").location != "/uitnodigingen"
    answer = client.post(f"/uitnodigingen/{invited.id}/ja")
    assert answer.status_code == 303
    session.expire_all()
    assert session.get(Enrolment, invited.id).state == "active"
    assert client.get("/").location == "/deze-week"
    assert "Er wacht geen uitnodiging" in client.get("/uitnodigingen").text


def test_no_frees_the_place_for_who_waits(session, client_as, now):
    cohort = make_cohort(session, now, capacity=1)
    invited = make_participant(session, cohort, state="invited")
    waits = make_participant(session, cohort, state="waitlisted")
    client = client_as(user_of(session, invited))
    assert client.post(f"/uitnodigingen/{invited.id}/nee").status_code == 303
    session.expire_all()
    assert (invited.state, waits.state) == ("withdrawn", "invited")
    assert client.post(f"/uitnodigingen/{invited.id}/ja").status_code == 409
    assert client.post(f"/uitnodigingen/{waits.id}/nee").status_code == 404


def test_somebody_who_takes_part_cannot_decline_by_that_address(session, client_as, now):
    active = make_participant(session, make_cohort(session, now))
    client = client_as(user_of(session, active))
    assert client.post(f"/uitnodigingen/{active.id}/nee").status_code == 404


def test_the_calendar_file_keeps_its_uid_and_counts_its_changes(session, client_as, now):
    cohort = make_cohort(session, now)
    member = make_participant(session, cohort)
    meeting = make_meeting(session, cohort, now, place="Utrecht; zaal, 3", revision=2)
    answer = client_as(user_of(session, member)).get(f"/bijeenkomsten/{meeting.id}.ics")
    assert answer.content_type.startswith("text/calendar")
    from icalendar import Calendar

    calendar = Calendar.from_ical(answer.text)
    [event] = calendar.walk("VEVENT")
    assert event["UID"] == f"{meeting.id}@peergang"
    assert event["SEQUENCE"] == 2
    assert event["LOCATION"] == "Utrecht; zaal, 3"
    assert event["DTSTART"].params["TZID"] == "Europe/Amsterdam"
    assert event.decoded("DTSTART") == meeting.starts_at
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert len(answer.text) < 2000


def test_the_zone_in_the_calendar_file_knows_both_changes_of_the_clock():
    from datetime import UTC, datetime, timedelta

    from icalendar import Calendar

    from peergang.cohorts.rules.calendar import write_calendar

    zone = Calendar.from_ical(write_calendar([])).walk("VTIMEZONE")[0].to_tz()
    for month, day, minutes, hours in ((3, 28, 59, 1), (3, 28, 61, 2), (10, 31, 59, 2), (10, 31, 61, 1)):
        moment = datetime(2027, month, day, tzinfo=UTC) + timedelta(minutes=minutes)
        offset = moment.astimezone(zone).utcoffset()
        assert offset.total_seconds() == hours * 3600


def test_attendance_through_the_page(session, client_as, now, monkeypatch):
    from peergang.core import clock

    monkeypatch.setattr(clock, "now", lambda: now)
    cohort = make_cohort(session, now)
    from tests.factories.identity import make_user

    trainer = make_user(session)
    make_trainer(session, cohort, user=trainer)
    here, away = make_participant(session, cohort), make_participant(session, cohort)
    meeting = make_meeting(session, cohort, now)
    client = client_as(trainer)
    url = f"/bijeenkomsten/{meeting.id}/aanwezigheid"
    page = client.get(url).text
    assert "Wie meedoet staat op aanwezig" in page
    assert page.count("checked") >= 2
    answer = client.post(
        url, data={f"state-{here.id}": "present", f"state-{away.id}": "excused", "state-x": "present"}
    )
    assert answer.status_code == 303
    page = client.get(url).text
    assert "Bewaard: 1 aanwezig." in page
    assert "Wie meedoet staat op aanwezig" not in page
