"""The participation page: who may see it, what its figures are, its filters, its file, and what it never shows."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.identity.models import Affiliation, RoleGrant, User
from peergang.progress.models import RiskSignal
from peergang.reports.kinds import rows_of
from tests.factories.cohorts import make_participant
from tests.factories.identity import make_institution, make_organiser, make_user
from tests.web.progress.conftest import MARKER, Network

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def user_of(network: Network, name: str) -> User:
    return network.session.get_one(User, network.people[name].user_id)


def paths(network: Network) -> list[str]:
    return [
        "/deelname",
        f"/deelname/{network.meadow.id}/{network.cohort.id}",
        f"/deelname/instelling/{network.meadow.id}",
        f"/cohorten/{network.cohort.id}/voortgang",
    ]


def heat(html: str) -> dict[str, list[str]]:
    """The table as text: institution → what each cell shows."""
    found = {}
    table = html[html.index('<table class="pg-heat"') :]
    table = table[: table.index("</table>")]
    for row in table.split('<tr role="row">')[2:]:
        name = re.search(r"<a [^>]*>([^<]*)</a>", row)
        assert name
        cells = re.findall(r'<td role="cell"[^>]*>(.*?)</td>', row, re.DOTALL)
        plain = [re.sub(r"<span class=\"visually-hidden\">.*?</span>", "", cell) for cell in cells]
        found[name.group(1)] = [re.sub(r"<[^>]*>", "", cell).strip() for cell in plain]
    return found


def test_organiser_and_admin_see_all_pages(network: Network, client_as: ClientAs) -> None:
    admin = make_user(network.session)
    network.session.add(RoleGrant(user_id=admin.id, role="admin"))
    for user in (network.organiser, admin):
        client = client_as(user)
        if user is admin:
            # Names are shown to an admin who said why; tests/web/privacy looks at that.
            client.post("/reden", data={"reason": "een vraag van een instelling"})
        assert {path: client.get(path).status_code for path in paths(network)} == dict.fromkeys(
            paths(network), 200
        )


def test_a_column_says_its_programme_once(network: Network, client_as: ClientAs) -> None:
    network.cohort.name = "Peergang najaar 2030, groep West"
    network.session.flush()
    page = client_as(network.organiser).get("/deelname").text
    table = page.partition('<table class="pg-heat"')[2]
    head = " ".join(re.sub("<[^>]*>", " ", table.partition("<tbody")[0]).split())
    assert "Peergang najaar 2030, groep West" in head
    assert "Peergang Peergang" not in head


def test_only_who_may_look_there_is_led_to_how_it_is_compiled(network: Network, client_as: ClientAs) -> None:
    admin = make_user(network.session)
    network.session.add(RoleGrant(user_id=admin.id, role="admin"))
    led = [
        "/beheer/voortgang" in client_as(user).get("/deelname").text.split('id="verder"')[1]
        for user in (network.organiser, admin)
    ]
    assert led == [False, True]


def test_for_others_the_pages_do_not_exist(network: Network, client_as: ClientAs) -> None:
    contact = network.session.query(RoleGrant).filter_by(institution_id=network.meadow.id).one()
    people = [user_of(network, "Anna"), network.session.get_one(User, contact.user_id)]
    for user in people:
        client = client_as(user)
        assert [client.get(path).status_code for path in paths(network)] == [404] * 4


def test_a_trainer_sees_the_grid_of_the_own_cohort_only(network: Network, client_as: ClientAs) -> None:
    client = client_as(network.trainer)
    assert [client.get(path).status_code for path in paths(network)] == [404, 404, 404, 200]
    assert client.get(f"/cohorten/{network.ended.id}/voortgang").status_code == 404


def test_unknown_ids_do_not_exist(network: Network, client_as: ClientAs) -> None:
    client = client_as(network.organiser)
    nobody = network.organiser.id
    for path in (
        f"/deelname/{nobody}/{network.cohort.id}",
        f"/deelname/{network.meadow.id}/{nobody}",
        f"/deelname/instelling/{nobody}",
        f"/cohorten/{nobody}/voortgang",
    ):
        assert client.get(path).status_code == 404


def test_the_figures_are_right(network: Network, client_as: ClientAs) -> None:
    client = client_as(network.organiser)
    assert heat(client.get("/deelname").text) == {
        "Groenschool Wilgenbos": ["–", "50%"],
        "ROC Zilverkade": ["nog niets", "100%"],
    }
    # Six required activities each: Anna did 3, Bram none, Cees all, Dirk 2 in the cohort that ended.
    assert heat(client.get("/deelname?maat=voortgang").text) == {
        "Groenschool Wilgenbos": ["–", "25%"],
        "ROC Zilverkade": ["33%", "100%"],
    }
    # One reflection is due: Cees was in time, Anna too late, Bram handed nothing in.
    assert heat(client.get("/deelname?maat=ingeleverd").text) == {
        "Groenschool Wilgenbos": ["–", "0%"],
        "ROC Zilverkade": ["0%", "100%"],
    }


def test_one_participant_is_counted_as_one(network: Network, client_as: ClientAs) -> None:
    """Only a screen reader says the word after the figure."""
    for locale, said in (("nl", ("deelnemer", "deelnemers")), ("en", ("participant", "participants"))):
        network.organiser.locale = locale
        page = client_as(network.organiser).get("/deelname").text
        counts = set(re.findall(r'pg-num">(\d+)<span class="visually-hidden"> (\w+)<', page))
        assert counts == {("1", said[0]), ("2", said[1])}


def test_the_sentence_says_the_figures(network: Network, client_as: ClientAs) -> None:
    text = re.sub(r"<[^>]+>", "", client_as(network.organiser).get("/deelname").text)
    text = " ".join(text.split())
    assert "Er doen dit najaar 2 instellingen mee. Samen hebben ze 3 deelnemers." in text
    assert "Bij de laatste bijeenkomst was 33 procent aanwezig." in text
    assert "1 instelling vraagt je aandacht." in text
    assert "Aanwezigheid daalde van 100 naar 0 procent" in text
    assert "Pim Vogelkers" in text
    assert "De inhoud van reflecties is hier niet zichtbaar" in text


def move(network: Network, name: str, day: date) -> None:
    """To the meadow, on `day`."""
    enrolment = network.people[name]
    old = network.session.get_one(Affiliation, enrolment.affiliation_id)
    old.valid_until = day
    network.session.flush()
    network.session.add(
        Affiliation(user_id=enrolment.user_id, institution_id=network.meadow.id, valid_from=day)
    )
    network.session.flush()


def test_somebody_who_moved_counts_for_the_new_institution_from_that_day(
    network: Network, client_as: ClientAs
) -> None:
    """Invariant 9: until that day for the old one, after it for the new one; what ended stays where it was."""
    move(network, "Cees", date(2026, 11, 17))
    move(network, "Dirk", date(2026, 11, 1))
    client = client_as(network.organiser)
    shown = heat(client.get("/deelname").text)
    assert shown["ROC Zilverkade"] == ["nog niets", "–"]
    assert shown["Groenschool Wilgenbos"] == ["–", "67%"]
    page = client.get(f"/deelname/{network.meadow.id}/{network.cohort.id}").text
    assert "Cees Zonneveld" in page
    assert "Cees Zonneveld" not in client.get(f"/deelname/{network.harbour.id}/{network.cohort.id}").text
    assert "Dirk Zonneveld" in client.get(f"/deelname/{network.harbour.id}/{network.ended.id}").text


def test_a_change_that_is_planned_changes_nothing_yet(network: Network, client_as: ClientAs) -> None:
    move(network, "Cees", date(2026, 11, 18))
    shown = heat(client_as(network.organiser).get("/deelname").text)
    assert shown["ROC Zilverkade"] == ["nog niets", "100%"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Groenschool Wilgenbos", "ROC Zilverkade"]),
        ("?volgorde=naam", ["Groenschool Wilgenbos", "ROC Zilverkade"]),
        ("?volgorde=daling", ["Groenschool Wilgenbos", "ROC Zilverkade"]),
        ("?naam=ZILVER", ["ROC Zilverkade"]),
        ("?naam=wílgen&maat=voortgang", ["Groenschool Wilgenbos"]),
        ("?programma=peergang", ["Groenschool Wilgenbos", "ROC Zilverkade"]),
        ("?maat=onzin&volgorde=onzin&programma=onzin&pagina=-3", ["Groenschool Wilgenbos", "ROC Zilverkade"]),
        ("?pagina=99999999999999", ["Groenschool Wilgenbos", "ROC Zilverkade"]),
    ],
)
def test_filters_stand_in_the_address_and_the_file_is_the_page(
    network: Network, client_as: ClientAs, query: str, names: list[str]
) -> None:
    client = client_as(network.organiser)
    shown = heat(client.get(f"/deelname{query}").text)
    assert list(shown) == names
    rows = rows_of("participation", query.removeprefix("?"), network.session, network.now)
    expected = [
        [value.removesuffix("%").replace("–", "").replace("nog niets", "") for value in cells]
        for cells in shown.values()
    ]
    assert [row[0] for row in rows] == names
    assert [["" if one is None else str(one) for one in row[3:]] for row in rows] == expected


@pytest.mark.parametrize("query", ["?programma=masterclass", "?naam=bestaatniet"])
def test_nothing_found_says_so_and_leads_back(network: Network, client_as: ClientAs, query: str) -> None:
    client = client_as(network.organiser)
    response = client.get(f"/deelname{query}")
    assert "Geen instelling gevonden" in response.text
    assert "pg-heat" not in response.text
    assert rows_of("participation", query.removeprefix("?"), network.session, network.now) == []


def test_pages_of_fourteen(network: Network, client_as: ClientAs) -> None:
    for number in range(15):
        make_participant(
            network.session,
            network.cohort,
            institution=make_institution(network.session, f"School {number:02d}"),
        )
    client = client_as(network.organiser)
    first = client.get("/deelname?volgorde=naam").text
    assert len(heat(first)) == 14
    assert "1–14 van 17" in first
    second = client.get("/deelname?volgorde=naam&pagina=2").text
    assert len(heat(second)) == 3
    assert "15–17 van 17" in second
    assert len(rows_of("participation", "volgorde=naam&pagina=2", network.session, network.now)) == 17
    assert len(heat(client.get("/deelname?volgorde=naam&pagina=77").text)) == 3


def test_no_text_of_a_reflection_anywhere(
    network: Network, client_as: ClientAs, capfd: pytest.CaptureFixture[str]
) -> None:
    client = client_as(network.organiser)
    for path in [*paths(network), f"/deelname/{network.harbour.id}/{network.cohort.id}"]:
        assert MARKER not in client.get(path).text, path
    written = capfd.readouterr()
    assert MARKER not in written.out + written.err


def test_the_people_behind_a_cell(network: Network, client_as: ClientAs) -> None:
    client = client_as(network.organiser)
    network.people["Bram"].state = "withdrawn"
    network.people["Bram"].withdrawn_at = network.now
    network.session.flush()
    text = client.get(f"/deelname/{network.meadow.id}/{network.cohort.id}").text
    assert "Anna Zonneveld" in text
    assert "3 van 6 (50%)" in text
    assert "Bram Zonneveld, op 17 november 2026" in re.sub(r"<[^>]+>", "", text)
    assert "Cees" not in text


def test_a_past_day_is_told_as_a_past_day(network: Network, client_as: ClientAs, now: datetime) -> None:
    client = client_as(network.organiser)
    network.session.execute(update(RiskSignal).values(opened_at=now - timedelta(days=1)))
    day = clock.local_date(now - timedelta(days=1))
    plain = " ".join(re.sub(r"<[^>]+>", "", client.get(f"/deelname?op={day}").text).split())
    assert "instelling vroeg die dag aandacht" in plain
    assert "; gezien sinds 16 november" in plain
    assert "vraagt je aandacht" not in plain
    assert "daalde van" not in plain, "the figures of today"
    own = client.get(f"/deelname/instelling/{network.meadow.id}?op={day}").text
    assert "Deze instelling vroeg die dag aandacht" in own
    assert (
        "nu"
        not in re.sub(r"<[^>]+>", "", own[own.index('class="pg-say"') : own.index('id="cohorts"')]).split()
    )
    before = clock.local_date(now - timedelta(days=9))
    unknown = " ".join(re.sub(r"<[^>]+>", "", client.get(f"/deelname?op={before}").text).split())
    assert "Stand van" in unknown
    assert "Geen instelling" not in unknown, "nobody had looked: that is no none"
    assert "vroeg die dag" not in unknown


def test_an_institution_shows_its_cohorts_and_why_it_asks_attention(
    network: Network, client_as: ClientAs
) -> None:
    client = client_as(network.organiser)
    text = client.get(f"/deelname/instelling/{network.meadow.id}").text
    assert "Deze instelling vraagt aandacht" in text
    assert "Aanwezigheid daalde van 100 naar 0 procent" in text
    assert "Pim Vogelkers" in text
    other = client.get(f"/deelname/instelling/{network.harbour.id}").text
    assert "Deze instelling vraagt aandacht" not in other
    assert network.ended.name in other
    assert "Joke Bijenkorf" in other
    network.session.query(RoleGrant).filter_by(institution_id=network.harbour.id).delete()
    assert "Ontbreekt" in client.get(f"/deelname/instelling/{network.harbour.id}").text


def test_the_grid_puts_who_waits_first(network: Network, client_as: ClientAs) -> None:
    text = client_as(network.trainer).get(f"/cohorten/{network.cohort.id}/voortgang").text
    grid = text[text.index("<table") :]
    places = [grid.index(f"{name} Zonneveld") for name in ("Cees", "Anna", "Bram")]
    assert places == sorted(places)
    assert "30 dagen" in text
    assert "Van <b>2 deelnemers</b> wacht een reflectie" in text
    assert "Bij <b>1 deelnemer</b> is een datum voorbij, of is het stil." in text


def test_an_empty_network_says_what_will_come(client_as: ClientAs, session: Session) -> None:
    response = client_as(make_organiser(session)).get("/deelname")
    assert response.status_code == 200
    assert "Nog geen deelnemers" in response.text
