"""Where each kind of report is asked for, and that the role is asked again when its file is fetched."""

from datetime import datetime

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core import clock
from peergang.identity.models import RoleGrant, User
from tests.factories.identity import make_organiser
from tests.web.reports.conftest import ClientAs, Network, Work

pytestmark = pytest.mark.database


KINDS = {
    "risks": ("", "/deelname/aandacht"),
    "certificates": ("cohort={cohort}", "/cohorten/{cohort}/certificaten"),
    "annual": ("", "/deelname/jaarcijfers"),
    "grid": ("cohort={cohort}", "/cohorten/{cohort}/voortgang"),
    "institution": ("instelling={meadow}", "/deelname/instelling/{meadow}"),
    "people": ("cohort={cohort}&instelling={meadow}", "/deelname/{meadow}/{cohort}"),
    "compare": ("een={cohort}&ander={ended}", "/deelname/vergelijk?een={cohort}&ander={ended}"),
}
OF_TRAINERS = ("certificates", "grid", "people")


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def filled(network: Network, text: str) -> str:
    return text.format(cohort=network.cohort.id, ended=network.ended.id, meadow=network.meadow.id)


def wish(network: Network, kind: str) -> dict[str, str]:
    return {"soort": kind, "vraag": filled(network, KINDS[kind][0]), "vorm": "csv"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_offers_it_and_the_file_leads_back(
    network: Network, client_as: ClientAs, work: Work, kind: str
) -> None:
    client, address = client_as(network.organiser), filled(network, KINDS[kind][1])
    page = client.get(address)
    assert page.status_code == 200
    assert f'name="soort" value="{kind}"' in page.text
    asked = wish(network, kind)
    assert asked["vraag"].replace("&", "&amp;") in page.text
    report = client.post("/rapporten", data=asked).headers["Location"]
    work()
    assert address.replace("&", "&amp;") in client.get(report).text
    answer = client.get(f"{report}/bestand")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_no_organiser_any_more_gets_no_file(
    network: Network, client_as: ClientAs, work: Work, session: Session, kind: str
) -> None:
    other = make_organiser(session, "Ander")
    client = client_as(network.organiser)
    report = client.post("/rapporten", data=wish(network, kind)).headers["Location"]
    work()
    assert client_as(other).get(f"{report}/bestand").status_code == 404
    session.execute(delete(RoleGrant).where(RoleGrant.user_id == network.organiser.id))
    session.commit()
    assert client_as(network.organiser).get(f"{report}/bestand").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_a_trainer_gets_what_is_of_the_cohort_and_as_long_as_they_train_it(
    network: Network, client_as: ClientAs, work: Work, session: Session, kind: str
) -> None:
    client = client_as(network.trainer)
    answer = client.post("/rapporten", data=wish(network, kind))
    if kind not in OF_TRAINERS:
        assert answer.status_code == 404
        return
    work()
    report = answer.headers["Location"]
    assert client.get(f"{report}/bestand").status_code == 200
    session.execute(
        update(Enrolment)
        .where(Enrolment.user_id == network.trainer.id)
        .values(state="withdrawn", withdrawn_at=network.now)
    )
    session.commit()
    assert client_as(network.trainer).get(f"{report}/bestand").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_participants_and_contacts_get_none(network: Network, client_as: ClientAs, kind: str) -> None:
    contact = network.session.query(User).filter_by(given_name="Pim", family_name="Vogelkers").one()
    anna = network.session.get_one(User, network.people["Anna"].user_id)
    for who in (contact, anna):
        assert client_as(who).post("/rapporten", data=wish(network, kind)).status_code == 404


@pytest.mark.parametrize("vraag", ["", "een={cohort}", "een={cohort}&ander={cohort}", "een=x&ander={ended}"])
def test_one_cohort_is_not_compared(network: Network, client_as: ClientAs, vraag: str) -> None:
    data = {"soort": "compare", "vraag": filled(network, vraag), "vorm": "csv"}
    assert client_as(network.organiser).post("/rapporten", data=data).status_code == 404
