"""The calendar feed, read back with icalendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from icalendar import Calendar

from peergang.cohorts.actions.calendar_feed import (
    choose_feed_contents,
    renew_calendar_feed,
    revoke_calendar_feed,
)
from peergang.cohorts.models import ActivityCompletion, CalendarFeed
from peergang.core.errors import Forbidden, NotFound
from peergang.core.permissions import Actor
from peergang.identity.models import User
from peergang.web.throttle import limiter
from tests.factories.cohorts import (
    list_cohort_activities,
    make_cohort,
    make_meeting,
    make_participant,
    make_trainer,
)
from tests.factories.identity import make_user

HERE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def now():
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def no_tries_yet(app):
    with app.app_context():
        limiter.reset()
    yield
    with app.app_context():
        limiter.reset()


@pytest.fixture
def person(session, now):
    return make_participant(session, make_cohort(session, now))


@pytest.fixture
def feed(session, person, now):
    return address_of(session, person.user_id, now)


def address_of(session, user_id, now):
    secret = renew_calendar_feed(session, Actor(user_id=user_id), now=now)
    session.commit()
    return f"/agenda/{secret}.ics"


def events(answer):
    return {str(one["UID"]): one for one in Calendar.from_ical(answer.data).walk("VEVENT")}


def cohort_of(session, person):
    from peergang.cohorts.models import Cohort

    return session.get_one(Cohort, person.cohort_id)


def test_all_meetings_over_cohorts_as_participant_and_trainer(session, client, person, feed, now):
    other = make_cohort(session, now)
    make_trainer(session, other, user=session.get_one(User, person.user_id))
    mine = [
        make_meeting(session, cohort_of(session, person), now + timedelta(days=2), place="Aula"),
        make_meeting(session, other, now + timedelta(days=3), link="https://meet.example/abc"),
        make_meeting(session, other, now - timedelta(days=300), number=2),
    ]
    make_meeting(session, make_cohort(session, now), now + timedelta(days=2))
    colleague = make_participant(session, other, user=make_user(session, "Wilhelmina"))
    session.commit()
    answer = client.get(feed)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    found = events(answer)
    assert set(found) == {f"{one.id}@peergang" for one in mine}
    assert str(found[f"{mine[0].id}@peergang"]["LOCATION"]) == "Aula"
    assert "https://meet.example/abc" in str(found[f"{mine[1].id}@peergang"]["DESCRIPTION"])
    assert str(found[f"{mine[1].id}@peergang"]["URL"]) == f"http://peergang.test/bijeenkomsten/{mine[1].id}"
    calendar = Calendar.from_ical(answer.data)
    assert calendar["X-PUBLISHED-TTL"].to_ical() == b"PT3H"
    assert str(calendar["METHOD"]) == "PUBLISH"
    assert b"Wilhelmina" not in answer.data
    assert b"ATTENDEE" not in answer.data
    assert colleague.id


@pytest.mark.parametrize(
    ("day", "offset"), [((2026, 10, 24), 2), ((2026, 10, 26), 1), ((2027, 3, 27), 1), ((2027, 3, 29), 2)]
)
def test_both_changes_of_the_clock(session, client, person, feed, now, day, offset):
    begin = datetime(*day, 13, 30, tzinfo=HERE)
    meeting = make_meeting(session, cohort_of(session, person), begin.astimezone(UTC))
    session.commit()
    answer = client.get(feed)
    event = events(answer)[f"{meeting.id}@peergang"]
    assert event["DTSTART"].dt == begin
    assert event["DTSTART"].dt.utcoffset() == timedelta(hours=offset)
    assert (event["DTSTART"].dt.hour, event["DTSTART"].params["TZID"]) == (13, "Europe/Amsterdam")
    zone = Calendar.from_ical(answer.data).walk("VTIMEZONE")[0]
    assert answer.data.count(b"RDATE") == 0
    assert len(zone.subcomponents) == 2


def test_long_titles_fold_where_no_letter_breaks(session, client, person, feed, now):
    title = "Coördinatie à la carte 👩🏽‍🏫 en de überlange naam, met; tekens\\ " * 3
    meeting = make_meeting(session, cohort_of(session, person), now, title=title)
    session.commit()
    answer = client.get(feed)
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    assert b"\n" not in answer.data.replace(b"\r\n", b"")
    for line in answer.data.split(b"\r\n"):
        line.decode("utf-8")
    assert str(events(answer)[f"{meeting.id}@peergang"]["SUMMARY"]).endswith(title)


def test_moved_and_cancelled(session, client, person, feed, now):
    meeting = make_meeting(session, cohort_of(session, person), now + timedelta(days=2))
    session.commit()
    before = client.get(feed)
    assert int(events(before)[f"{meeting.id}@peergang"]["SEQUENCE"]) == 0
    meeting.starts_at += timedelta(hours=1)
    meeting.revision += 1
    session.commit()
    event = events(client.get(feed))[f"{meeting.id}@peergang"]
    assert (int(event["SEQUENCE"]), event["DTSTART"].dt) == (1, meeting.starts_at)
    assert event["LAST-MODIFIED"].dt
    meeting.state, meeting.revision = "cancelled", 2
    session.commit()
    event = events(client.get(feed))[f"{meeting.id}@peergang"]
    assert (str(event["STATUS"]), int(event["SEQUENCE"])) == ("CANCELLED", 2)
    with time_machine.travel(meeting.starts_at + timedelta(days=89)):
        assert f"{meeting.id}@peergang" in events(client.get(feed))
    with time_machine.travel(meeting.starts_at + timedelta(days=91)):
        assert events(client.get(feed)) == {}


def test_nothing_new_is_said_in_one_line(session, client, person, feed, now):
    meeting = make_meeting(session, cohort_of(session, person), now + timedelta(days=2))
    session.commit()
    first = client.get(feed)
    assert first.headers["ETag"]
    assert first.headers["Last-Modified"]
    for name, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        again = client.get(feed, headers={name: value})
        assert (again.status_code, again.data) == (304, b"")
    meeting.place, meeting.revision = "Aula", 1
    session.commit()
    assert client.get(feed, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_who_leaves_loses_the_cohort_and_is_told(session, client, person, feed, now):
    make_meeting(session, cohort_of(session, person), now + timedelta(days=2))
    session.commit()
    first = client.get(feed)
    person.state, person.withdrawn_at = "withdrawn", now + timedelta(minutes=1)
    session.commit()
    answer = client.get(feed, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert answer.status_code == 200
    assert events(answer) == {}


def test_due_dates_are_whole_days_and_leave_when_done(session, client, person, feed, now):
    actor = Actor(user_id=person.user_id)
    assert events(client.get(feed)) == {}
    choose_feed_contents(session, actor, with_due_dates=True)
    session.commit()
    answer = client.get(feed)
    wanted = [row for row in list_cohort_activities(session, person.cohort_id) if row.kind != "meeting"]
    found = events(answer)
    assert found
    assert len(found) <= len(wanted)
    assert all(one["DTSTART"].params.get("VALUE") == "DATE" for one in found.values())
    assert "Last-Modified" not in answer.headers
    uid = next(iter(found))
    slug = uid.removeprefix(f"{person.cohort_id}-").removesuffix("@peergang")
    from peergang.curriculum.models import Activity

    activity = session.scalars(
        sa.select(Activity).where(
            Activity.slug == slug, Activity.edition_id == cohort_of(session, person).edition_id
        )
    ).one()
    session.add(
        ActivityCompletion(
            enrolment_id=person.id, activity_id=activity.id, completed_at=now, evidence_kind="review"
        )
    )
    session.commit()
    assert uid not in events(client.get(feed))


def test_an_address_is_kept_as_a_hash_and_a_new_one_ends_it(session, client, person, feed, now):
    secret = feed.removeprefix("/agenda/").removesuffix(".ics")
    kept = session.scalars(sa.select(CalendarFeed)).one()
    assert secret.encode() not in kept.token_hash
    assert client.get(feed).status_code == 200
    new = address_of(session, person.user_id, now)
    assert client.get(feed).status_code == 404
    assert client.get(new).status_code == 200
    revoke_calendar_feed(session, Actor(user_id=person.user_id))
    session.commit()
    assert client.get(new).status_code == 404
    with pytest.raises(NotFound):
        choose_feed_contents(session, Actor(user_id=person.user_id), with_due_dates=True)
    with pytest.raises(Forbidden):
        renew_calendar_feed(session, Actor(user_id=None), now=now)


def test_a_closed_account_has_no_feed(session, client, person, feed, now):
    session.get_one(User, person.user_id).deactivated_at = now
    session.commit()
    assert client.get(feed).status_code == 404


def test_the_address_is_shown_once(session, client_as, person):
    client = client_as(session.get_one(User, person.user_id))
    assert "Maak mijn adres" in client.get("/agenda").text
    made = client.post("/agenda")
    assert made.headers["Cache-Control"] == "no-store"
    assert "webcal://peergang.test/agenda/" in made.text
    assert "http://peergang.test/agenda/" in made.text
    assert ".ics" not in client.get("/agenda").text
    assert client.post("/agenda/weg").status_code == 303
    assert "Maak mijn adres" in client.get("/agenda").text


def test_guessing_addresses_is_slowed_down(session, client, person, feed):
    answers = [client.get(f"/agenda/raden{number}.ics").status_code for number in range(301)]
    assert (answers[0], answers[-1]) == (404, 429)


def test_one_address_is_not_read_all_day(session, client, person, feed):
    assert [client.get(feed).status_code for _ in range(31)][-1] == 429
