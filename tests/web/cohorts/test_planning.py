"""Moving, cancelling and undoing; single dates; free periods; copying; more time for one."""

import re
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from peergang.cohorts.models import (
    Cohort,
    CohortActivity,
    CohortModule,
    Enrolment,
    Extension,
    FreePeriod,
    Meeting,
)
from peergang.core.clock import at_local
from peergang.identity.models import AuditEvent
from tests.factories.cohorts import (
    list_cohort_activities,
    make_cohort,
    make_meeting,
    make_participant,
    make_trainer,
)
from tests.factories.identity import make_organiser, make_user

pytestmark = pytest.mark.database


@pytest.fixture
def cohort(session, now):
    return make_cohort(session, now)


@pytest.fixture
def organiser(session):
    return make_organiser(session)


@pytest.fixture
def meeting(session, cohort):
    module_id = list_cohort_activities(session, cohort.id)[0].module_id
    day = cohort.starts_on + timedelta(weeks=6)
    return make_meeting(session, cohort, at_local(day, time(13, 30)), module_id=module_id)


def moved(meeting, days, **more):
    day = (meeting.starts_at + timedelta(days=days)).date()
    return {
        "title": meeting.title,
        "module": str(meeting.module_id or ""),
        "day": day.isoformat(),
        "begins": "13:30",
        "ends": "16:30",
        "revision": str(meeting.revision),
    } | more


def test_moving_shows_what_moves_along_before_it_is_saved(session, client_as, organiser, cohort, meeting):
    make_participant(session, cohort)
    client = client_as(organiser)
    url = f"/bijeenkomsten/{meeting.id}/wijzigen"
    before = meeting.starts_at
    page = client.post(url, data=moved(meeting, 14))
    session.expire_all()
    assert page.status_code == 200
    assert "Dit verandert er" in page.text
    assert "Modules die meeschuiven" in page.text
    assert "1 deelnemer" in page.text
    assert meeting.starts_at == before, "nothing is saved yet"
    answer = client.post(url, data=moved(meeting, 14, action="confirm"))
    session.expire_all()
    assert answer.status_code == 303
    assert meeting.starts_at == before + timedelta(days=14)
    assert session.query(AuditEvent).filter_by(verb="meeting_changed").count() == 1


def test_the_preview_sends_exactly_what_was_filled_in(session, client_as, organiser, cohort, meeting):
    client = client_as(organiser)
    url = f"/bijeenkomsten/{meeting.id}/wijzigen"
    page = client.post(url, data=moved(meeting, 7, place='Zaal "3" & foyer', title="Samen <lezen>")).text
    form = page[page.index("pg-dock") :]
    fields = dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', form))
    assert fields["place"] == "Zaal &#34;3&#34; &amp; foyer"
    assert fields["title"] == "Samen &lt;lezen&gt;"
    assert {fields[name] for name in ("begins", "ends")} == {"13:30", "16:30"}
    again = client.post(url, data=moved(meeting, 7, action="edit", place="Zaal 3")).text
    assert 'value="Zaal 3"' in again


def test_a_small_change_is_saved_at_once(session, client_as, organiser, cohort, meeting):
    client = client_as(organiser)
    client.post(f"/bijeenkomsten/{meeting.id}/wijzigen", data=moved(meeting, 0, action="confirm"))
    session.expire_all()
    answer = client.post(f"/bijeenkomsten/{meeting.id}/wijzigen", data=moved(meeting, 0, begins="13:00"))
    assert answer.status_code == 303


def test_an_old_window_is_told(session, client_as, organiser, meeting):
    client = client_as(organiser)
    url = f"/bijeenkomsten/{meeting.id}/wijzigen"
    old = moved(meeting, 14)
    assert client.post(url, data=old | {"action": "confirm"}).status_code == 303
    assert client.post(url, data=old).status_code == 409
    assert client.post(url, data=old | {"action": "confirm"}).status_code == 409
    stale = {"revision": old["revision"], "action": "confirm"}
    assert client.post(f"/bijeenkomsten/{meeting.id}/verwijderen", data=stale).status_code == 409


@pytest.mark.parametrize("how", ["moved", "cancelled"])
def test_the_last_change_can_be_undone_once(session, client_as, organiser, cohort, meeting, how):
    client = client_as(organiser)
    before = (meeting.starts_at, meeting.state)
    dates = due_dates(session, cohort)
    if how == "moved":
        url = f"/bijeenkomsten/{meeting.id}/wijzigen"
        client.post(url, data=moved(meeting, 0, action="confirm"))
        session.expire_all()
        dates = due_dates(session, cohort)
        answer = client.post(url, data=moved(meeting, 14, action="confirm"))
    else:
        data = {"action": "confirm", "revision": "0"}
        answer = client.post(f"/bijeenkomsten/{meeting.id}/verwijderen", data=data)
    session.expire_all()
    revision = meeting.revision
    assert (meeting.starts_at, meeting.state) != before
    page = client.get(answer.location).text
    assert "Maak ongedaan" in page
    undo = f"/bijeenkomsten/{meeting.id}/terugdraaien"
    assert client.post(undo, data={"revision": revision - 1}).status_code == 409
    assert client.post(undo, data={"revision": revision}).status_code == 303
    session.expire_all()
    assert (meeting.starts_at, meeting.state) == before
    assert meeting.revision == revision + 1, "calendars must hear of it"
    if how == "moved":
        assert due_dates(session, cohort) == dates
    assert client.post(undo, data={"revision": revision + 1}).status_code == 409
    assert "Maak ongedaan" not in client.get(answer.location).text


def due_dates(session, cohort):
    session.expire_all()
    return dict(
        session.execute(
            select(CohortActivity.activity_id, CohortActivity.due_at).where(
                CohortActivity.cohort_id == cohort.id
            )
        ).all()
    )


def test_cancelling_shows_who_hears_of_it_first(session, client_as, organiser, cohort, meeting):
    make_participant(session, cohort)
    client = client_as(organiser)
    page = client.post(f"/bijeenkomsten/{meeting.id}/verwijderen")
    session.expire_all()
    assert page.status_code == 200
    assert "Zeg de bijeenkomst af" in page.text
    assert meeting.state == "planned"


def test_a_clash_is_named_and_not_forbidden(session, client_as, organiser, meeting):
    day = (meeting.starts_at + timedelta(days=14)).date()
    for region in ("noord", "zuid"):
        session.add(
            FreePeriod(name="Voorjaarsvakantie", region=region, starts_on=day, ends_on=day + timedelta(7))
        )
    session.flush()
    client = client_as(organiser)
    url = f"/bijeenkomsten/{meeting.id}/wijzigen"
    page = client.post(url, data=moved(meeting, 14)).text
    assert "Voorjaarsvakantie (regio noord, regio zuid)" in page
    answer = client.post(url, data=moved(meeting, 14, action="confirm"))
    assert "Voorjaarsvakantie (regio noord, regio zuid)" in client.get(answer.location).text


def new(day, **more):
    fields = {"title": "Ver weg", "module": "", "day": day.isoformat(), "begins": "13:30", "ends": "16:30"}
    return fields | more


def test_a_new_meeting_shows_what_moves_before_it_is_saved(session, client_as, organiser, cohort, meeting):
    client, url = client_as(organiser), f"/cohorten/{cohort.id}/bijeenkomsten/nieuw"
    day = meeting.starts_at.date() + timedelta(days=21)
    data = new(day, module=str(meeting.module_id), place="Zaal 3")
    page = client.post(url, data=data)
    assert page.status_code == 200
    assert "Modules die meeschuiven" in page.text
    assert session.query(Meeting).count() == 1, "nothing is saved yet"
    form = page.text[page.text.index("pg-dock") :]
    assert dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', form))["place"] == "Zaal 3"
    again = client.post(url, data=data | {"action": "edit"})
    assert (again.status_code, session.query(Meeting).count()) == (200, 1)
    assert 'value="Zaal 3"' in again.text
    assert client.post(url, data=data | {"action": "confirm"}).status_code == 303
    assert session.query(Meeting).count() == 2
    assert session.query(AuditEvent).filter_by(verb="meeting_planned").count() == 1


@pytest.mark.parametrize(
    ("of_day", "more", "words"),
    [
        (lambda cohort, meeting: cohort.ends_on + timedelta(days=1), {}, "na de laatste dag"),
        (lambda cohort, meeting: cohort.starts_on - timedelta(days=1), {}, "vóór de eerste dag"),
        (lambda cohort, meeting: date(2034, 1, 2), {}, "na de laatste dag"),
        (lambda cohort, meeting: meeting.starts_at.date(), {"begins": "16:00", "ends": "17:00"}, "er ook"),
        (lambda cohort, meeting: date(cohort.starts_on.year, 12, 25), {}, "Eerste kerstdag"),
    ],
)
def test_what_is_odd_about_a_moment_is_said_and_not_forbidden(
    session, client_as, organiser, cohort, meeting, of_day, more, words
):
    data = new(of_day(cohort, meeting), **more)
    client, url = client_as(organiser), f"/cohorten/{cohort.id}/bijeenkomsten/nieuw"
    page = client.post(url, data=data)
    assert page.status_code == 200
    assert words in page.text
    assert client.post(url, data=data | {"action": "confirm"}).status_code == 303
    change = moved(meeting, 0) | data
    if words != "er ook":
        assert words in client.post(f"/bijeenkomsten/{meeting.id}/wijzigen", data=change).text


def test_meetings_that_only_touch_do_not_clash(session, client_as, organiser, cohort, meeting):
    make_participant(session, cohort)
    data = new(meeting.starts_at.date(), begins="10:30", ends="13:30")
    page = client_as(organiser).post(f"/cohorten/{cohort.id}/bijeenkomsten/nieuw", data=data)
    assert page.status_code == 200, "people hear of it, so it is shown first"
    assert "1 deelnemer" in page.text
    assert "er ook" not in page.text


def test_one_activity_gets_a_date_of_its_own_and_follows_again_with_one_click(
    session, client_as, organiser, cohort
):
    one = next(row for row in list_cohort_activities(session, cohort.id) if row.kind == "reflection")
    url = f"/cohorten/{cohort.id}/opdrachten/{one.activity_id}"
    client = client_as(organiser)
    day = (one.due_at + timedelta(days=3)).date()
    answer = client.post(f"{url}/datum", data={"due_on": day.isoformat()})
    assert answer.status_code == 303
    assert "Eigen datum" in client.get(answer.location).text
    assert "Opdrachten met een eigen datum" in client.get(f"/cohorten/{cohort.id}/bijeenkomsten").text
    assert client.post(f"{url}/volgen").status_code == 303
    session.expire_all()
    assert not session.get(CohortActivity, (cohort.id, one.activity_id)).pinned


def test_a_date_before_the_module_opens_is_refused_and_stays_in_the_field(
    session, client_as, organiser, cohort
):
    one = list_cohort_activities(session, cohort.id)[0]
    url = f"/cohorten/{cohort.id}/opdrachten/{one.activity_id}/datum"
    page = client_as(organiser).post(url, data={"due_on": "2020-02-03"})
    assert page.status_code == 422
    assert "Fout:" in page.text
    assert "2020-02-03" in page.text


def test_free_periods_are_kept_by_organisers(session, client_as, organiser):
    client = client_as(organiser)
    period = {
        "name": "Herfstvakantie",
        "region": "zuid",
        "starts_on": "2026-10-24",
        "ends_on": "2026-11-01",
    }
    assert client.post("/vrije-dagen", data=period).status_code == 303
    again = client.post("/vrije-dagen", data=period)
    assert again.status_code == 422
    assert "staat er al" in again.text
    wrong = client.post("/vrije-dagen", data=period | {"ends_on": "2026-10-01"})
    assert wrong.status_code == 422
    assert client.post("/vrije-dagen/2026/kopieren").status_code == 303
    rows = session.scalars(select(FreePeriod).order_by(FreePeriod.starts_on)).all()
    assert [(one.starts_on, one.region) for one in rows] == [
        (date(2026, 10, 24), "zuid"),
        (date(2027, 10, 23), "zuid"),
    ]
    assert "heeft deze vakanties al" in follow(client, client.post("/vrije-dagen/2026/kopieren"))
    url = f"/vrije-dagen/{rows[1].id}"
    assert client.post(url, data=period | {"starts_on": "2027-10-16"}).status_code == 422
    changed = period | {"starts_on": "2027-10-16", "ends_on": "2027-10-24"}
    assert client.post(url, data=changed).status_code == 303
    assert client.post(f"{url}/verwijderen").status_code == 303
    assert session.scalar(select(func.count()).select_from(FreePeriod)) == 1
    assert client.post(f"{url}/verwijderen").status_code == 404


def follow(client, answer):
    return client.get(answer.location).text


def wishes(**more):
    ticks = dict.fromkeys(("meetings", "places", "pins", "trainers", "capacity"), "y")
    return (
        {
            "name": "Peergang najaar 2027",
            "starts_on": "2027-09-07",
            "edition": "newest",
            "regions": ["noord", "midden", "zuid"],
        }
        | ticks
        | more
    )


def test_a_copy_is_shown_before_it_is_made(session, client_as, organiser, cohort, meeting):
    trainer = make_trainer(session, cohort, user=make_user(session, "Marijke", "Roerdomp", password_hash="x"))
    make_participant(session, cohort)
    client = client_as(organiser)
    url = f"/cohorten/{cohort.id}/kopieren"
    assert "(kopie)" in client.get(url).text
    page = client.post(url, data=wishes())
    assert page.status_code == 200
    assert "Marijke" in page.text
    assert meeting.title in page.text
    assert session.query(Cohort).count() == 1, "nothing is made yet"
    answer = client.post(url, data=wishes(action="confirm"))
    assert answer.status_code == 303
    made = session.query(Cohort).filter_by(name="Peergang najaar 2027").one()
    [copied] = session.query(Meeting).filter_by(cohort_id=made.id).all()
    assert copied.starts_at.weekday() == meeting.starts_at.weekday()
    people = session.query(Enrolment).filter_by(cohort_id=made.id).all()
    assert [(one.role, one.user_id) for one in people] == [("trainer", trainer.user_id)]
    taken = client.post(url, data=wishes(action="confirm"))
    assert taken.status_code == 422
    assert "al een cohort met deze naam" in taken.text


def give(activity, days=7, **more):
    return {
        "subject": f"activity:{activity.activity_id}",
        "due_on": (activity.due_at + timedelta(days=days)).date().isoformat(),
        "reason": "Ziek geweest.",
    } | more


def test_a_trainer_gives_more_time_and_takes_it_back(session, client_as, cohort):
    trainer, person = make_trainer(session, cohort), make_participant(session, cohort)
    one = next(row for row in list_cohort_activities(session, cohort.id) if row.kind == "reflection")
    client = client_as(session.get_one(type(make_user(session)), trainer.user_id))
    url = f"/inschrijvingen/{person.id}/uitstel"
    answer = client.post(url, data=give(one))
    assert answer.status_code == 303
    assert "Ziek geweest." in follow(client, answer)
    [given] = session.scalars(select(Extension)).all()
    page = client.post(url, data=give(one, days=-30))
    assert page.status_code == 422
    assert client.post(url, data=give(one, reason="")).status_code == 422
    assert client.post(url, data=give(one, subject="module:nothing")).status_code == 422
    assert client.post(f"/uitstel/{given.id}/intrekken").status_code == 303
    assert client.post(f"/uitstel/{given.id}/intrekken").status_code == 404


def test_nobody_gives_themselves_more_time(session, client_as, organiser, cohort):
    person = make_participant(session, cohort, user=organiser)
    assert client_as(organiser).get(f"/inschrijvingen/{person.id}/uitstel").status_code == 404


def test_a_page_takes_as_many_statements_for_many_pins(
    session, client_as, organiser, cohort, meeting, counted
):
    client = client_as(organiser)
    url = f"/cohorten/{cohort.id}/bijeenkomsten"
    client.get(url)
    with counted() as few:
        client.get(url)
    for row in session.query(CohortActivity).filter_by(cohort_id=cohort.id):
        row.pinned = True
    for number in range(2, 9):
        make_meeting(session, cohort, meeting.starts_at + timedelta(days=number), number=number)
    session.query(CohortModule).update({"pinned": True})
    with counted() as many:
        client.get(url)
    assert many.number == few.number
