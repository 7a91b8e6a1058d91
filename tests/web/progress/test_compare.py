"""Two cohorts side by side."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.curriculum.models import Edition
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.identity import make_organiser
from tests.factories.progress import compile_now, complete
from tests.web.progress.conftest import MARKER, Network

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
Counted = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def plain(html: str) -> str:
    shown = re.sub(r'<span class="visually-hidden">.*?</span>', "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def url(network: Network, more: str = "") -> str:
    return f"/deelname/vergelijk?een={network.cohort.id}&ander={network.ended.id}{more}"


def row(html: str, name: str) -> str:
    part = html[html.index(name) :]
    return plain(part[: part.index("</tr>")])


def test_the_figures_stand_side_by_side(network: Network, client_as: ClientAs) -> None:
    page = client_as(network.organiser).get(url(network)).text
    assert (
        row(page, "Aanwezig bij bijeenkomsten") == "Aanwezig bij bijeenkomsten 67% – nog niet te vergelijken"
    )
    # Nine of eighteen after eight weeks; Dirk had done nothing in the first eight weeks of a cohort that began earlier.
    assert row(page, "Voortgang in dezelfde week").startswith("Voortgang in dezelfde week 50%")
    assert "te weinig mensen" in page
    assert MARKER not in page


def test_few_people_say_nothing(network: Network, client_as: ClientAs) -> None:
    page = client_as(network.organiser).get(url(network)).text
    assert "te weinig mensen of antwoorden om er iets uit te lezen" in page


def test_a_wide_difference_between_many_is_more_than_chance(network: Network, client_as: ClientAs) -> None:
    session, now = network.session, network.now
    for cohort, does in ((network.cohort, True), (network.ended, False)):
        for _ in range(20):
            person = make_participant(session, cohort)
            if does:
                complete(session, person, *network.activities, at=now - timedelta(days=1))
    compile_now(session, now)
    page = client_as(network.organiser).get(url(network)).text
    assert "Het grootste verschil: Voortgang in dezelfde week" in page
    assert "Bij zulke aantallen is dat meer dan toeval." in page


def test_swapping_swaps(network: Network, client_as: ClientAs) -> None:
    page = client_as(network.organiser).get(url(network)).text
    assert f"een={network.ended.id}&amp;ander={network.cohort.id}" in page


def test_as_of_a_day(network: Network, client_as: ClientAs) -> None:
    page = client_as(network.organiser).get(url(network, "&op=2026-11-10")).text
    assert row(page, "Aanwezig bij bijeenkomsten").startswith("Aanwezig bij bijeenkomsten 100%")
    assert row(page, "Voortgang in dezelfde week").startswith("Voortgang in dezelfde week 0%")


def test_the_form_proposes_two_and_the_same_twice_is_told(network: Network, client_as: ClientAs) -> None:
    client = client_as(network.organiser)
    page = client.get("/deelname/vergelijk").text
    assert page.count(" selected") == 2
    network.cohort.state = "open"
    network.session.flush()
    still = client.get("/deelname/vergelijk").text
    assert f'<option value="{network.cohort.id}" selected' not in still, "nothing happened there yet"
    same = client.get(f"/deelname/vergelijk?een={network.cohort.id}&ander={network.cohort.id}").text
    assert "Kies twee verschillende cohorten." in same


def test_the_form_proposes_the_run_before_and_no_sister(network: Network, client_as: ClientAs) -> None:
    session, now = network.session, network.now
    edition = session.get_one(Edition, network.cohort.edition_id)
    sister = make_cohort(session, now - timedelta(days=50), edition=edition)
    make_participant(session, sister)
    compile_now(session, now)
    page = client_as(network.organiser).get("/deelname/vergelijk").text
    chosen = re.findall(r'<option value="([^"]*)" selected', page)
    assert chosen == [str(network.cohort.id), str(network.ended.id)]


@pytest.mark.parametrize("wrong", ["onzin", "00000000-0000-4000-8000-000000000000"])
def test_what_does_not_exist_is_not_found(network: Network, client_as: ClientAs, wrong: str) -> None:
    client = client_as(network.organiser)
    assert client.get(f"/deelname/vergelijk?een={network.cohort.id}&ander={wrong}").status_code == 404


def test_an_empty_network_says_so(session: Session, client_as: ClientAs) -> None:
    assert "Nog niets om te vergelijken" in client_as(make_organiser(session)).get("/deelname/vergelijk").text


def test_the_number_of_statements_does_not_grow(
    network: Network, client_as: ClientAs, counted: Counted
) -> None:
    client = client_as(network.organiser)
    client.get(url(network))
    with counted() as few:
        client.get(url(network))
    for _ in range(5):
        make_participant(network.session, network.cohort)
    compile_now(network.session, network.now)
    with counted() as many:
        client.get(url(network))
    assert few.number == many.number <= 14
