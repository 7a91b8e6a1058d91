"""The grid of a cohort: by module and by activity, its filters, and what it says in words."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from peergang.cohorts.models import CohortModule, Extension
from peergang.core import clock
from peergang.curriculum.models import Module
from peergang.identity.models import User
from peergang.progress.models import RiskSignal
from tests.factories.cohorts import make_meeting, make_peer_group
from tests.factories.progress import hand_in
from tests.web.progress.conftest import MARKER, Network

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def path(network: Network, **args: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in args.items())
    return f"/cohorten/{network.cohort.id}/voortgang" + (f"?{query}" if query else "")


def rows(html: str) -> dict[str, list[str]]:
    """The grid as text: first name → what each cell says, the words for screen readers too."""
    table = html[html.index("data-grid") : html.index("</table>")]
    found = {}
    for row in table.split('<tr role="row">')[2:]:
        cells = re.findall(r'<t[hd] role="(?:rowheader|cell)".*?</t[hd]>', row, re.DOTALL)
        texts = [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in cells]
        found[re.sub(r"^Kies \w+ Zonneveld ", "", texts[0]).split()[0]] = texts[1:]
    return found


def first_module(network: Network) -> Module:
    return network.session.get_one(Module, network.activities[0].module_id)


def test_by_module_and_by_activity(network: Network, client_as: ClientAs) -> None:
    client = client_as(network.trainer)
    overview = client.get(path(network)).text
    assert set(rows(overview)) == {"Anna", "Bram", "Cees"}
    code = first_module(network).code
    text = client.get(path(network, module=code)).text
    shown = rows(text)
    assert any(cell.startswith("Klaar,") for cell in shown["Cees"])
    assert MARKER not in overview + text
    assert f"/cohorten/{network.cohort.id}/deelnemers/{network.people['Anna'].id}#activiteit-" in text


def test_a_cell_says_its_state_in_words(network: Network, client_as: ClientAs) -> None:
    session = network.session
    client = client_as(network.trainer)
    reflection = next(one for one in network.activities if one.kind == "reflection")
    module = session.get_one(Module, reflection.module_id)
    shown = rows(client.get(path(network, module=module.code)).text)
    assert any("wacht op een trainer" in cell for cell in shown["Anna"]), "handed in yesterday"
    session.query(CohortModule).filter_by(cohort_id=network.cohort.id)
    conversation = next(one for one in network.activities if one.kind == "conversation")
    session.add(
        Extension(
            enrolment_id=network.people["Bram"].id,
            activity_id=conversation.id,
            due_at=network.now + timedelta(days=300),
            reason=MARKER,
            granted_at=network.now,
        )
    )
    session.flush()
    module = session.get_one(Module, conversation.module_id)
    page = client.get(path(network, module=module.code)).text
    assert any("tot 13 september" in cell for cell in rows(page)["Bram"])
    assert MARKER not in page


def test_what_the_peer_group_reads_first_waits_for_no_trainer(network: Network, client_as: ClientAs) -> None:
    session, client = network.session, client_as(network.trainer)
    reflection = next(one for one in network.activities if one.kind == "reflection")
    module = session.get_one(Module, reflection.module_id)
    before = client.get(path(network)).text
    hand_in(session, network.people["Bram"], reflection, at=network.now, text=MARKER, with_peers=True)
    overview = client.get(path(network)).text
    said = "wacht een reflectie op een trainer"
    assert said in before, "that of Anna"
    assert [line for line in overview.splitlines() if said in line] == [
        line for line in before.splitlines() if said in line
    ]
    shown = rows(client.get(path(network, module=module.code)).text)
    assert any("Bij de groep" in cell for cell in shown["Bram"])
    assert not any("wacht op een trainer" in cell for cell in shown["Bram"])
    story = client.get(f"/cohorten/{network.cohort.id}/deelnemers/{network.people['Bram'].id}").text
    assert "Bij de groep" in story
    assert "op een trainer." not in story


def test_the_filters_stand_in_the_address(network: Network, client_as: ClientAs) -> None:
    session, client = network.session, client_as(network.trainer)
    group = make_peer_group(
        session, network.cohort, network.people["Bram"], network.people["Cees"], since=network.now
    )
    assert set(rows(client.get(path(network, groep=str(group.id))).text)) == {"Bram", "Cees"}
    assert set(rows(client.get(path(network, toon="wacht")).text)) == {"Anna", "Cees"}
    session.query(RiskSignal).delete()
    nobody = client.get(path(network, toon="aandacht")).text
    assert "Er is niemand die hieraan voldoet." in nobody
    session.add(
        RiskSignal(
            rule="quiet",
            cohort_id=network.cohort.id,
            enrolment_id=network.people["Bram"].id,
            cause="x",
            since=network.now.date(),
            values={},
            opened_at=network.now,
            seen_at=network.now,
        )
    )
    session.flush()
    assert set(rows(client.get(path(network, toon="aandacht")).text)) == {"Bram"}
    odd = client.get(path(network, toon="onzin", groep="onzin", module="onzin"))
    assert set(rows(odd.text)) == {"Anna", "Bram", "Cees"}, "what it does not know it leaves out"


def test_organisers_cannot_remind_and_who_stopped_cannot_be_chosen(
    network: Network, client_as: ClientAs
) -> None:
    network.people["Bram"].state = "withdrawn"
    network.people["Bram"].withdrawn_at = network.now
    network.session.flush()
    trainer, organiser = (
        client_as(one).get(path(network)).text for one in (network.trainer, network.organiser)
    )
    assert "voortgang/herinneren" in trainer
    assert "voortgang/herinneren" not in organiser
    assert "voortgang/uitstel" in organiser
    assert str(network.people["Anna"].id) in trainer
    assert f'value="{network.people["Bram"].id}"' not in trainer
    assert ">0/0</td>" not in trainer, "of who stopped there is no sum"


def test_before_a_meeting_it_says_what_comes(network: Network, client_as: ClientAs) -> None:
    make_meeting(
        network.session, network.cohort, network.now + timedelta(days=3), number=3, title="Hoe nu verder"
    )
    client = client_as(network.trainer)
    assert "Hoe nu verder" in client.get(path(network)).text
    code = first_module(network).code
    assert "Hoe nu verder" not in client.get(path(network, module=code)).text, (
        "one module is about that module"
    )
