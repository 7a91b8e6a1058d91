"""From the network to the facts and back: every figure opens what it is made of, and filter and day go along."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from peergang.cohorts.models import CohortActivity
from peergang.core import clock
from peergang.identity.models import DataOpening, RoleGrant, User
from peergang.progress.actions.snapshot import take_snapshot
from tests.factories.cohorts import make_participant
from tests.factories.identity import make_user
from tests.factories.progress import compile_now
from tests.web.progress.conftest import MARKER, Network

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
Counted = Callable[[], AbstractContextManager[Any]]
MEASURES = ("aanwezigheid", "voortgang", "ingeleverd")


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def links(html: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]*)"', html)]


def plain(html: str) -> str:
    shown = re.sub(r'<span class="visually-hidden">.*?</span>', "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"</?b>", "", shown)).split())


def cell_url(network: Network, measure: str = "") -> str:
    return f"/deelname/{network.meadow.id}/{network.cohort.id}" + (f"/{measure}" if measure else "")


def test_filter_and_day_go_along_to_the_facts_and_back(network: Network, client_as: ClientAs) -> None:
    client = client_as(network.organiser)
    query = "maat=voortgang&volgorde=naam&op=2026-11-10"
    steps = [
        ("/deelname", f"/deelname/instelling/{network.meadow.id}"),
        (f"/deelname/instelling/{network.meadow.id}", cell_url(network)),
        (cell_url(network), cell_url(network, "aanwezigheid")),
        (cell_url(network, "aanwezigheid"), cell_url(network)),
        (cell_url(network), "/deelname"),
    ]
    for here, there in steps:
        page = client.get(f"{here}?{query}").text
        assert f"{there}?{query}" in links(page), (here, there)
        assert "10 november 2026" in page


def test_every_cell_of_the_table_leads_to_its_people(network: Network, client_as: ClientAs) -> None:
    page = client_as(network.organiser).get("/deelname?maat=ingeleverd").text
    table = page[page.index('class="pg-heat"') :]
    assert f"{cell_url(network)}?maat=ingeleverd" in links(table)


def test_attendance_opens_the_meetings(network: Network, client_as: ClientAs) -> None:
    page = client_as(network.organiser).get(cell_url(network, "aanwezigheid")).text
    assert "Van de 4 plaatsen bij bijeenkomsten waren er 2 bezet: 50 procent." in plain(page)
    text = plain(page[page.index("<tbody") :])
    assert text.startswith(
        "Bijeenkomst 1 1 november 2026 2 van 2 Anna Zonneveld , aanwezig Bram Zonneveld , aanwezig"
    )
    assert "0 van 2 Anna Zonneveld , afwezig" in text


def test_what_was_handed_in_opens_with_its_days(network: Network, client_as: ClientAs) -> None:
    page = client_as(network.organiser).get(cell_url(network, "ingeleverd")).text
    assert "2 reflecties die tot nu toe gevraagd zijn, kwamen er 0 op tijd (0 procent) en 1 later" in plain(
        page
    )
    assert "Anna Zonneveld , later, 16 november 2026" in plain(page)
    assert "Bram Zonneveld , niet ingeleverd" in plain(page)


def test_progress_opens_the_required_activities(network: Network, client_as: ClientAs) -> None:
    page = client_as(network.organiser).get(cell_url(network, "voortgang")).text
    assert "Van de 12 verplichte opdrachten zijn er 3 gedaan: 25 procent." in plain(page)
    assert "Anna Zonneveld , gedaan, 15 november 2026" in plain(page)
    slug = network.activities[0].slug
    path = f"/cohorten/{network.cohort.id}/deelnemers/{network.people['Anna'].id}"
    assert f"{path}?van={network.meadow.id}#activiteit-{slug}" in links(page)


def test_the_page_of_a_participant_knows_the_way_back(network: Network, client_as: ClientAs) -> None:
    path = f"/cohorten/{network.cohort.id}/deelnemers/{network.people['Anna'].id}"
    client = client_as(network.organiser)
    page = client.get(f"{path}?van={network.meadow.id}&maat=voortgang").text
    assert f"{cell_url(network)}?maat=voortgang" in links(page)
    assert "/deelname?maat=voortgang" in links(page)
    for query in ("", "?van=onzin"):
        assert cell_url(network) not in links(client.get(f"{path}{query}").text)
    # A trainer has no such pages, whatever the address says.
    trainer = client_as(network.trainer).get(f"{path}?van={network.meadow.id}")
    assert trainer.status_code == 200
    assert cell_url(network) not in links(trainer.text)


@pytest.mark.parametrize("measure", MEASURES)
def test_of_one_person_only_theirs(network: Network, client_as: ClientAs, measure: str) -> None:
    client = client_as(network.organiser)
    anna = f"{cell_url(network, measure)}?wie={network.people['Anna'].id}"
    assert anna in links(client.get(cell_url(network)).text)
    page = client.get(anna).text
    assert "Anna Zonneveld" in page
    assert "Bram" not in page
    assert {"aanwezigheid": "afwezig", "voortgang": "nog open", "ingeleverd": "later, 16 november 2026"}[
        measure
    ] in page
    for wrong in (network.people["Cees"].id, "onzin"):
        assert client.get(f"{cell_url(network, measure)}?wie={wrong}").status_code == 404


@pytest.mark.parametrize("measure", MEASURES)
def test_no_words_of_anybody_and_a_line_in_the_log(
    network: Network, client_as: ClientAs, measure: str
) -> None:
    client = client_as(network.organiser)
    page = client.get(f"/deelname/{network.harbour.id}/{network.cohort.id}/{measure}").text
    assert "Cees Zonneveld" in page
    assert MARKER not in page
    seen = network.session.query(DataOpening).filter_by(viewer_id=network.organiser.id).all()
    assert {one.user_id for one in seen} == {network.people["Cees"].user_id}


@pytest.mark.parametrize("measure", [*MEASURES, "onzin"])
def test_for_others_the_facts_do_not_exist(network: Network, client_as: ClientAs, measure: str) -> None:
    contact = network.session.query(RoleGrant).filter_by(institution_id=network.meadow.id).one().user_id
    for user_id in (contact, network.trainer.id, network.people["Anna"].user_id):
        client = client_as(network.session.get_one(User, user_id))
        assert client.get(cell_url(network, measure)).status_code == 404
    if measure == "onzin":
        assert client_as(network.organiser).get(cell_url(network, measure)).status_code == 404


def test_an_admin_says_why_first(network: Network, client_as: ClientAs) -> None:
    admin = make_user(network.session)
    network.session.add(RoleGrant(user_id=admin.id, role="admin"))
    network.session.flush()
    assert client_as(admin).get(cell_url(network, "voortgang")).status_code == 303


def test_the_facts_of_a_day_that_is_over(network: Network, client_as: ClientAs) -> None:
    """On the tenth one meeting had been, and nothing was handed in."""
    client = client_as(network.organiser)
    page = plain(client.get(f"{cell_url(network, 'aanwezigheid')}?op=2026-11-10").text)
    assert "Van de 2 plaatsen bij bijeenkomsten waren er 2 bezet" in page
    assert "Bijeenkomst 2" not in page


def test_a_figure_that_was_kept_stays_and_the_page_says_what_it_was(
    network: Network, client_as: ClientAs
) -> None:
    session = network.session
    take_snapshot(session, now=network.now - timedelta(days=7))
    here = f"/deelname/{network.harbour.id}/{network.cohort.id}/ingeleverd"
    client, url = client_as(network.organiser), f"{here}?op=2026-11-10"
    known = "Hieronder staat wat we nu van die dag weten"
    assert "Van de 1 reflecties" in plain(client.get(url).text)
    assert known not in client.get(url).text
    # The date of the work moves afterwards.
    reflection = next(one for one in network.activities if one.kind == "reflection")
    dates = session.get_one(CohortActivity, (network.cohort.id, reflection.id))
    dates.due_at = network.now + timedelta(days=9)
    session.flush()
    page = plain(client.get(url).text)
    assert f"bewaard als 1 ingeleverd van 1. {known}" in page
    assert known not in client.get(here).text


@pytest.mark.parametrize("path", ["", *MEASURES])
def test_the_number_of_statements_does_not_grow(
    network: Network, client_as: ClientAs, counted: Counted, path: str
) -> None:
    client = client_as(network.organiser)
    client.get(cell_url(network, path))
    with counted() as few:
        client.get(cell_url(network, path))
    for _ in range(5):
        make_participant(network.session, network.cohort, institution=network.meadow)
    compile_now(network.session, network.now)
    with counted() as many:
        client.get(cell_url(network, path))
    assert few.number == many.number <= 12


def test_the_figures_say_the_same_on_the_way(network: Network, client_as: ClientAs) -> None:
    """The share in the table, at the institution, at the cell and under it is one share."""
    client = client_as(network.organiser)
    for measure, share in (("aanwezigheid", 50), ("voortgang", 25), ("ingeleverd", 0)):
        network_page = client.get(f"/deelname?maat={measure}").text
        assert f"{share}%" in network_page[network_page.index('class="pg-heat"') :]
        school = client.get(f"/deelname/instelling/{network.meadow.id}").text
        assert f"{share}%" in plain(school)
        assert f"{share} procent" in plain(client.get(cell_url(network, measure)).text)


def test_summer_and_a_cohort_to_come_have_words(network: Network, client_as: ClientAs) -> None:
    client = client_as(network.organiser)
    assert "Er loopt nu één cohort." in client.get("/deelname").text
    network.cohort.state = "open"
    network.cohort.starts_on = (network.now + timedelta(days=20)).date()
    network.session.flush()
    assert "Het volgende begint op <b>7 december 2026</b>" in client.get("/deelname").text
    network.cohort.state, network.cohort.starts_on = "closed", datetime(2026, 9, 1, tzinfo=UTC).date()
    network.session.flush()
    assert "Hieronder staan de cohorten die zijn geweest." in client.get("/deelname").text
