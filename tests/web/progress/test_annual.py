"""The figures of a year: what they count, up to which day, and what they do not give away."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.identity.models import User
from peergang.practice.models import Adoption
from peergang.progress.models import EnrolmentPeriod
from tests.factories.certificates import make_certificate, make_finish
from tests.factories.cohorts import make_participant
from tests.factories.identity import make_organiser, make_user
from tests.factories.practice import make_example
from tests.factories.progress import compile_now
from tests.web.progress.conftest import Network

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
Counted = Callable[[], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def plain(html: str) -> str:
    return " ".join(
        re.sub(r"<[^>]+>", " ", re.sub(r'<span class="visually-hidden">.*?</span>', "", html)).split()
    )


def cards(html: str) -> dict[str, str]:
    """The figures: name → what stands under it."""
    found = re.findall(r'<h3 class="pg-text-m" id="cijfer-\d+">(.*?)</h3>(.*?)<details', html, re.DOTALL)
    return {plain(name): plain(rest) for name, rest in found}


def test_the_figures_of_this_school_year(network: Network, client_as: ClientAs) -> None:
    page = client_as(network.organiser).get("/deelname/jaarcijfers").text
    assert "Schooljaar 2026–2027" in page
    assert "Tot en met 17 november 2026." in page
    found = cards(page)
    assert found["Instellingen"] == "2"
    assert found["i‑coaches en hun teams"] == "3"
    # Anna and Bram were at one meeting of three hours, Cees at two.
    assert "12 uur in bijeenkomsten" in found["Uren"]
    assert found["Gestopt"] == "0"
    assert found["Afgerond"] == "– nog niets geëindigd"


def test_a_year_that_is_over_has_its_own_figures(network: Network, client_as: ClientAs) -> None:
    found = cards(client_as(network.organiser).get("/deelname/jaarcijfers?periode=schooljaar-2025").text)
    assert found["Instellingen"] == "1"
    assert found["Afgerond"] == "0% 0 van 1 die begonnen"


def test_as_of_a_day_knows_nothing_of_later(network: Network, client_as: ClientAs) -> None:
    """Anna came later; on the day that was asked for she was not there."""
    of_anna = network.session.query(EnrolmentPeriod).filter_by(enrolment_id=network.people["Anna"].id)
    of_anna.update({"began_at": datetime(2026, 11, 10, tzinfo=UTC)})
    client = client_as(network.organiser)
    assert cards(client.get("/deelname/jaarcijfers?op=2026-11-01").text)["i‑coaches en hun teams"] == "2"
    assert cards(client.get("/deelname/jaarcijfers").text)["i‑coaches en hun teams"] == "3"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?op=onzin", "Die dag konden we niet lezen"),
        ("?op=2031-01-01", "Die dag moet nog komen"),
        ("?periode=schooljaar-2025&op=2026-10-01", "Die dag ligt niet in deze periode"),
        ("?periode=onzin-99999&programma=onzin", "Schooljaar 2026–2027"),
        ("?periode=schooljaar-1990", "Schooljaar 2026–2027"),
        ("?periode=kalenderjaar-2026", "Kalenderjaar 2026"),
        ("?programma=masterclass", "Geen cohorten in deze periode"),
    ],
)
def test_every_address_has_an_answer(network: Network, client_as: ClientAs, query: str, words: str) -> None:
    response = client_as(network.organiser).get(f"/deelname/jaarcijfers{query}")
    assert response.status_code == 200
    assert words in response.text


def test_an_empty_network_says_so(session: Session, client_as: ClientAs) -> None:
    page = client_as(make_organiser(session)).get("/deelname/jaarcijfers").text
    assert "Geen cohorten in deze periode" in page


def test_whoever_stops_counts_at_the_module_that_ran(network: Network, client_as: ClientAs) -> None:
    network.people["Bram"].state = "withdrawn"
    network.people["Bram"].withdrawn_at = network.now - timedelta(days=3)
    network.session.flush()
    page = client_as(network.organiser).get("/deelname/jaarcijfers").text
    assert cards(page)["Gestopt"] == "1 de meesten in module 1"
    modules = page[page.index('id="modules"') :]
    assert "3 1 33%" in plain(modules[: modules.index("</section>")])


def test_examples_and_what_others_tried(network: Network, client_as: ClientAs) -> None:
    session, now = network.session, network.now
    author, other = make_user(session), make_user(session)
    example = make_example(session, author, now - timedelta(days=5), title="Samen kijken")
    for user in (author, other):
        session.add(
            Adoption(
                example_id=example.id,
                user_id=user.id,
                institution_id=network.harbour.id,
                outcome="worked",
                note="Pimpelmeesgeheim",
                created_at=now - timedelta(days=1),
            )
        )
    session.flush()
    page = client_as(network.organiser).get("/deelname/jaarcijfers").text
    assert cards(page)["Voorbeelden gedeeld"] == "1"
    # What an author says of their own example is no re-use.
    assert cards(page)["Voorbeelden opnieuw gebruikt"].startswith("1 waarvan 1 keer")
    assert "Samen kijken" in page
    assert "Pimpelmeesgeheim" not in page
    old = client_as(network.organiser).get("/deelname/jaarcijfers?periode=schooljaar-2025").text
    assert cards(old)["Voorbeelden gedeeld"] == "0"


def test_no_institution_below_five_has_a_figure_of_its_own(network: Network, client_as: ClientAs) -> None:
    for _ in range(4):
        make_participant(network.session, network.cohort, institution=network.meadow)
    compile_now(network.session, network.now)
    page = client_as(network.organiser).get("/deelname/jaarcijfers").text
    schools = page[page.index('id="instellingen"') : page.index('id="modules"')]
    # The harbour has one person: it alone could be found by subtracting, so the meadow joins it.
    assert "ROC Zilverkade" not in schools
    assert "Groenschool Wilgenbos" not in schools
    assert "2 kleinere instellingen samen 7" in plain(schools)


def test_the_number_of_statements_does_not_grow(
    network: Network, client_as: ClientAs, counted: Counted
) -> None:
    client = client_as(network.organiser)
    with counted() as few:
        client.get("/deelname/jaarcijfers")
    for _ in range(6):
        make_participant(network.session, network.cohort)
    with counted() as many:
        client.get("/deelname/jaarcijfers")
    assert few.number == many.number <= 14


def test_certificates_count_until_they_are_withdrawn(
    session: Session, now: datetime, client_as: ClientAs
) -> None:
    certificate = make_certificate(make_finish(session, now - timedelta(minutes=5)))
    client = client_as(make_organiser(session))
    assert cards(client.get("/deelname/jaarcijfers").text)["Certificaten"] == "1"
    assert cards(client.get("/deelname/jaarcijfers?op=2026-11-10").text)["Certificaten"] == "0"
    certificate.revoked_at = now - timedelta(minutes=1)
    session.flush()
    assert cards(client.get("/deelname/jaarcijfers").text)["Certificaten"] == "0"
