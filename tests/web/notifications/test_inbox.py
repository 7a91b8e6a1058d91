"""The page with messages and the bell, as somebody in a browser meets them; no scripts are needed anywhere."""

import re
from collections.abc import Callable
from datetime import time, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.identity.models import User
from peergang.notifications.rules.inbox import PAGE
from tests.counting import counting
from tests.factories.identity import make_user
from tests.factories.notifications import Script, make_notice, use_script

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
WORDS = "2 reflecties wachten op je reactie"


@pytest.fixture(autouse=True)
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    return use_script(monkeypatch)


def bell(page: str) -> str:
    found = re.search(r'<a class="pg-bell".*?</a>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


def test_an_empty_page_says_what_will_come(session: Session, client_as: ClientAs) -> None:
    page = client_as(make_user(session)).get("/berichten")
    assert "Nog geen berichten" in page.text
    assert "Zet alles op gelezen" not in page.text
    assert bell(page.text) == "Berichten"


def test_messages_stand_by_day_with_why_and_how_to_change_it(session: Session, client_as: ClientAs) -> None:
    user, now = make_user(session), clock.now()
    yesterday = clock.at_local(clock.local_date(now) - timedelta(days=1), time(12))
    make_notice(session, user, now)
    make_notice(session, user, now, ready_at=yesterday)
    page = client_as(user).get("/berichten").text
    assert page.count(WORDS) >= 2
    assert page.count('<h2 id="day-') == 2
    assert "vandaag" in page
    assert "gisteren" in page
    assert "Je krijgt dit bericht omdat" in page
    assert 'href="/herinneringen?over=review_waiting#about_review_waiting"' in page
    assert bell(page) == "Berichten, 2 ongelezen 2"


def test_opening_goes_to_the_page_and_the_bell_follows(session: Session, client_as: ClientAs) -> None:
    user, now = make_user(session), clock.now()
    notice = make_notice(session, user, now)
    client = client_as(user)
    assert client.get(f"/berichten/{notice.id}/open").status_code in (404, 405), "a GET changes nothing"
    answer = client.post(f"/berichten/{notice.id}/open")
    assert (answer.status_code, answer.location) == (303, "/beoordelen")
    page = client.get("/berichten").text
    assert bell(page) == "Berichten"
    assert "Zet op ongelezen" in page
    assert WORDS not in client.get("/berichten?alleen=ongelezen").text
    answer = client.post(f"/berichten/{notice.id}/ongelezen", data={"alleen": "ongelezen", "pagina": "1"})
    assert answer.location == "/berichten?alleen=ongelezen"
    assert bell(client.get(answer.location).text) == "Berichten, 1 ongelezen 1"


def test_reading_the_list_marks_nothing(session: Session, client_as: ClientAs) -> None:
    user = make_user(session)
    notice = make_notice(session, user, clock.now())
    client = client_as(user)
    client.get("/berichten")
    client.get("/berichten?alleen=ongelezen")
    session.expire_all()
    assert (notice.read_at, notice.state) == (None, "queued")


def test_what_is_over_says_so_and_can_be_put_away(
    session: Session, client_as: ClientAs, script: Script
) -> None:
    user = make_user(session)
    notice = make_notice(session, user, clock.now())
    script.blocked = {user.id: "withdrawn"}
    client = client_as(user)
    page = client.get("/berichten").text
    assert "Niet meer aan de orde" in page
    assert WORDS not in page
    assert "omdat" not in page, "the reason for which it came no longer holds"
    answer = client.post(f"/berichten/{notice.id}/open")
    assert answer.location == "/berichten"
    script.blocked = {user.id: "done"}
    page = client.get("/berichten").text
    assert "Al gedaan" in page
    assert "Zet op ongelezen" not in page, "there is nothing left to come back for"
    script.blocked = {user.id: "read"}
    page = client.get("/berichten").text
    assert "Al gelezen" in page
    assert "Je krijgt dit bericht omdat" in page
    assert "Al gedaan" not in page, "who read that something is asked did not do it yet"


def test_all_are_marked_and_taken_back(session: Session, client_as: ClientAs) -> None:
    user, now = make_user(session), clock.now()
    for _ in range(3):
        make_notice(session, user, now)
    client = client_as(user)
    assert client.post("/berichten/gelezen").status_code == 303
    page = client.get("/berichten").text
    assert bell(page) == "Berichten"
    moment = re.search(r'name="moment" value="([^"]+)"', page)
    assert moment
    assert 'name="moment"' not in client.get("/berichten").text, "it is offered once"
    client.post("/berichten/gelezen/ongedaan", data={"moment": moment[1]})
    page = client.get("/berichten").text
    assert "3 berichten zijn weer ongelezen." in page
    assert bell(page) == "Berichten, 3 ongelezen 3"
    for odd in ("", "gisteren", "2026-11-17T10:00", "9999-12-31T23:59:59.999999+00:00"):
        assert client.post("/berichten/gelezen/ongedaan", data={"moment": odd}).status_code == 303


def test_pages_keep_the_filter(session: Session, client_as: ClientAs) -> None:
    user, now = make_user(session), clock.now()
    for number in range(PAGE + 1):
        make_notice(session, user, now, ready_at=now - timedelta(minutes=number))
    client = client_as(user)
    page = client.get("/berichten?alleen=ongelezen").text
    assert 'href="/berichten?alleen=ongelezen&amp;pagina=2"' in page
    assert client.get("/berichten?pagina=2").text.count(WORDS) == 1
    assert client.get("/berichten?pagina=7").location == "/berichten"
    assert client.get("/berichten?pagina=99999999999999999999").location == "/berichten"


def test_the_bell_takes_no_statement_of_its_own(
    session: Session, connection: sa.Connection, client_as: ClientAs
) -> None:
    """Who is signed in, and nothing else."""
    user = make_user(session)
    make_notice(session, user, clock.now())
    client = client_as(user)
    client.get("/hulp")
    with counting(connection) as statements:
        page = client.get("/hulp")
    assert bell(page.text) == "Berichten, 1 ongelezen 1"
    assert len(statements) == 1


def test_somebody_who_is_not_signed_in_has_no_bell(client: FlaskClient) -> None:
    assert "pg-bell" not in client.get("/hulp").text
    assert client.get("/berichten").status_code == 302


def test_a_broken_rule_shows_its_title_and_does_not_say_that_it_is_over(
    session: Session, client_as: ClientAs, script: Script
) -> None:
    user = make_user(session)
    make_notice(session, user, clock.now())
    script.raises.add(user.id)
    page = client_as(user).get("/berichten").text
    assert "Er wachten reflecties op jou als trainer" in page
    assert "Niet meer aan de orde" not in page
