"""What somebody reads on the pages about progress: no reason that is not theirs, and no name without a trace."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from peergang.cohorts.actions.meeting_sign_off import sign_off
from peergang.core import clock
from peergang.core.permissions import Actor
from peergang.identity.models import DataOpening, RoleGrant, User
from peergang.progress.models import RiskSignal
from tests.factories.cohorts import make_meeting
from tests.factories.identity import make_user
from tests.web.progress.conftest import Network

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]
WHY = "Chemokuur"


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def openings(network: Network, page: str) -> list[str]:
    """Of whom it is written that this page was opened; what was written before is thrown away."""
    found = network.session.scalars(select(DataOpening.user_id).where(DataOpening.page == page)).all()
    network.session.execute(delete(DataOpening))
    names = {place.user_id: name for name, place in network.people.items()}
    return sorted(names[one] for one in found)


@pytest.mark.parametrize(("reader", "reads"), [("organiser", True), ("trainer", True), ("admin", False)])
def test_who_reads_why_somebody_signed_off(
    network: Network, client_as: ClientAs, reader: str, reads: bool
) -> None:
    session, anna = network.session, network.people["Anna"]
    meeting = make_meeting(session, network.cohort, network.now + timedelta(days=3), number=9)
    sign_off(
        session,
        Actor(user_id=anna.user_id, follows=frozenset({network.cohort.id})),
        meeting.id,
        WHY,
        now=network.now,
    )
    admin = make_user(session)
    session.add(RoleGrant(user_id=admin.id, role="admin"))
    session.commit()
    client = client_as({"organiser": network.organiser, "trainer": network.trainer, "admin": admin}[reader])
    with client.session_transaction() as cookie:
        cookie["reason"] = ["Vraag van de helpdesk", int(network.now.timestamp()) + 600]
    answer = client.get(f"/cohorten/{network.cohort.id}/voortgang")
    assert answer.status_code == 200
    assert "1 afmelding" in answer.text
    assert (WHY in answer.text) == reads


def test_names_beside_a_wrong_form_leave_their_trace(network: Network, client_as: ClientAs) -> None:
    client = client_as(network.organiser)
    url = f"/cohorten/{network.cohort.id}/voortgang/uitstel"
    answer = client.post(url, data={"wie": [str(network.people["Anna"].id)], "zeker": "y"})
    assert (answer.status_code, "Anna Zonneveld" in answer.text) == (422, True)
    assert openings(network, "cohort_progress") == ["Anna"]


def test_the_names_of_what_was_done_leave_their_trace(network: Network, client_as: ClientAs) -> None:
    client = client_as(network.organiser)
    data = {
        "wie": [str(network.people[name].id) for name in ("Anna", "Bram")],
        "zeker": "y",
        "subject": f"meeting:{network.meetings[1].id}",
    }
    answer = client.post(f"/cohorten/{network.cohort.id}/voortgang/aanwezig", data=data)
    assert (answer.status_code, "Bram Zonneveld" in answer.text) == (200, True)
    assert openings(network, "cohort_progress") == ["Anna", "Bram"]


@pytest.mark.parametrize("form", ["notitie", "wegzetten"])
def test_a_signal_with_a_wrong_form_leaves_its_trace(
    network: Network, client_as: ClientAs, form: str
) -> None:
    bram = RiskSignal.enrolment_id == network.people["Bram"].id
    signal = network.session.scalars(select(RiskSignal).where(bram)).first()
    assert signal is not None
    client = client_as(network.organiser)
    answer = client.post(f"/deelname/aandacht/{signal.id}/{form}", data={})
    assert (answer.status_code, "Bram Zonneveld" in answer.text) == (422, True)
    assert openings(network, "risk") == ["Bram"]


def test_a_page_that_refuses_leaves_none(network: Network, client_as: ClientAs) -> None:
    client = client_as(make_user(network.session))
    data = {"wie": [str(network.people["Anna"].id)], "zeker": "y"}
    assert client.post(f"/cohorten/{network.cohort.id}/voortgang/uitstel", data=data).status_code == 404
    assert openings(network, "cohort_progress") == []
