"""The pages of one's own hours: writing, changing, taking back, and the file to hand in."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine

from peergang.cohorts.actions.completion import record_completion
from peergang.identity.models import User
from tests.counting import counting
from tests.factories.cohorts import make_meeting
from tests.factories.course import make_course
from tests.factories.progress import attend

TYPED = {"done_on": "2026-11-16", "words": "=Studiedag <b>ict</b>", "kind": "course", "hours": "1,5"}


@pytest.fixture(autouse=True)
def _at_now(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def course(session, now):
    return make_course(session, now)


def address_after(answer) -> str:
    assert answer.status_code == 303
    return answer.location


def test_the_first_time_it_says_what_will_be_here(client_as, course) -> None:
    page = client_as(course.user).get("/mijn-uren").text
    assert "Nog geen uren" in page
    assert "Schooljaar 2026–2027" in page
    assert "/mijn-uren/bestand" not in page


def test_pressing_twice_adds_one_line(client_as, course) -> None:
    client = client_as(course.user)
    key = re.search(r'name="key" type="hidden" value="([^"]+)"', client.get("/mijn-uren").text)[1]
    answers = [client.post("/mijn-uren", data=TYPED | {"key": key}) for _ in range(2)]
    assert address_after(answers[0]) == address_after(answers[1])
    page = client.get(address_after(answers[1])).text
    assert page.count("/verwijderen") == 1
    wrong = client.post("/mijn-uren", data=TYPED | {"hours": "?", "key": key})
    assert f'value="{key}"' in wrong.text, "what comes back is the same form"
    assert client.post("/mijn-uren", data=TYPED | {"key": "geen sleutel"}).status_code == 303


def test_a_line_is_written_changed_removed_and_brought_back(client_as, course) -> None:
    client = client_as(course.user)
    where = address_after(client.post("/mijn-uren", data=TYPED))
    page = client.get(where).text
    assert "Staat erbij: =Studiedag &lt;b&gt;ict&lt;/b&gt;" in page
    assert ">1,5<" in page
    change = re.search(r'href="(/mijn-uren/[^"?]+)\?jaar=2026-2027"', page)[1]
    assert 'value="1,5"' in client.get(change).text
    page = client.get(address_after(client.post(change, data=TYPED | {"hours": "0:45"}))).text
    assert "Gewijzigd:" in page
    assert ">0,75<" in page
    page = client.get(address_after(client.post(f"{change}/terugzetten"))).text
    assert ">1,5<" in page
    page = client.get(address_after(client.post(f"{change}/verwijderen", data={"jaar": "2026"}))).text
    assert "Verwijderd:" in page
    assert "Kalenderjaar 2026" in page
    assert client.get(change).status_code == 404
    page = client.get(address_after(client.post(f"{change}/terugzetten"))).text
    assert ">1,5<" in page


def test_english_readers_get_english_hours(client_as, course) -> None:
    course.user.locale = "en"
    client = client_as(course.user)
    page = client.get(address_after(client.post("/mijn-uren", data=TYPED | {"hours": "1.5"}))).text
    assert ">1.5<" in page
    change = re.search(r'href="(/mijn-uren/[^"?]+)\?jaar=2026-2027"', page)[1]
    assert 'value="1.5"' in client.get(change).text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"hours": "1,3"}, "Vul de uren in per kwartier"),
        ({"done_on": "morgen"}, "Vul een dag in"),
        ({"done_on": ""}, "Vul een dag in"),
        ({"done_on": "2026-11-18"}, "Deze dag moet nog komen"),
        ({"words": ""}, "Schrijf kort op wat je deed"),
        ({"kind": "fun"}, "Kies een van de mogelijkheden"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client_as, course, wrong, told) -> None:
    answer = client_as(course.user).post("/mijn-uren", data=TYPED | wrong)
    assert answer.status_code == 422
    assert told in answer.text
    assert "Fout:" in answer.text
    if "words" not in wrong:
        assert 'value="=Studiedag &lt;b&gt;ict&lt;/b&gt;"' in answer.text


def test_the_page_adds_up_what_was_done_here_and_elsewhere(client_as, course, session, now) -> None:
    fill(course, session, now)
    client = client_as(course.user)
    client.post("/mijn-uren", data=TYPED | {"done_on": "2026-07-31"})
    page = client.get("/mijn-uren").text
    assert "Opdracht read" in page
    assert "Aanwezig bij een bijeenkomst" in page
    assert "Studiedag" not in page
    older = client.get("/mijn-uren?jaar=2025-2026").text
    assert "Studiedag" in older
    assert "Opdracht read" not in older
    assert "Opdracht read" in (both := client.get("/mijn-uren?jaar=2026").text)
    assert "Studiedag" in both


def fill(course, session, now: datetime) -> None:
    attend(session, make_meeting(session, course.cohort, now - timedelta(days=3)), course.me)
    record_completion(
        session, course.me.id, course.activity("read").id, completed_at=now, evidence_kind="topics_read"
    )


def test_the_file_for_a_spreadsheet_holds_the_same_and_no_formula(client_as, course, session, now) -> None:
    fill(course, session, now)
    client = client_as(course.user)
    client.post("/mijn-uren", data=TYPED)
    answer = client.get("/mijn-uren/bestand?vorm=csv&jaar=2026-2027")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="uren-2026-2027.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    rows = answer.data.decode("utf-8-sig").splitlines()
    assert [row.split(";")[0] for row in rows] == [
        "Datum",
        "2026-11-14",
        "2026-11-16",
        "2026-11-17",
        "Totaal",
    ]
    assert rows[2].split(";")[1] == "'=Studiedag <b>ict</b>"
    hours = [float(row.split(";")[-1].replace(",", ".")) for row in rows[1:]]
    assert hours[-1] == sum(hours[:-1])


def test_the_file_to_hand_in_is_a_tagged_pdf(client_as, course, session, now) -> None:
    fill(course, session, now)
    client = client_as(course.user)
    client.post("/mijn-uren", data=TYPED | {"words": "Met emoji 🎉 en #tekens $x$ *vet*"})
    body = client.get("/mijn-uren/bestand?vorm=pdf").data
    assert body.startswith(b"%PDF")
    assert b"/StructTreeRoot" in body
    assert b"/Lang" in body


@pytest.mark.parametrize("year", ["x", "2026-2029", "99999"])
def test_a_year_that_does_not_exist_is_not_found(client_as, course, year) -> None:
    client = client_as(course.user)
    assert client.get(f"/mijn-uren?jaar={year}").status_code == 404
    assert client.get(f"/mijn-uren/bestand?jaar={year}").status_code == 404


def test_somebody_elses_line_is_not_there(client_as, course, session) -> None:
    client = client_as(course.user)
    where = address_after(client.post("/mijn-uren", data=TYPED))
    entry = where.rpartition("regel=")[2]
    other = client_as(session.get_one(User, course.peers[0].user_id))
    assert other.get(f"/mijn-uren/{entry}").status_code == 404
    assert other.post(f"/mijn-uren/{entry}/verwijderen").status_code == 404
    assert "Studiedag" not in other.get(f"/mijn-uren?regel={entry}").text


def test_the_number_of_statements_does_not_grow_with_the_lines(client_as, course, session, now) -> None:
    client = client_as(course.user)
    fill(course, session, now)
    client.get("/mijn-uren")
    with counting(session.connection()) as few:
        client.get("/mijn-uren")
    for day in range(1, 17):
        client.post("/mijn-uren", data=TYPED | {"done_on": f"2026-10-{day:02}"})
    with counting(session.connection()) as many:
        client.get("/mijn-uren")
    assert len(many) == len(few)
