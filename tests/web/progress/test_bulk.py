"""Asking before something is done for several participants, doing it, and telling what became of each."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from peergang.cohorts.models import Attendance, CompletionOverride, Extension
from peergang.core import clock
from peergang.identity.models import User
from peergang.reminders.models import Nudge
from tests.factories.cohorts import make_meeting
from tests.web.progress.conftest import Network

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


class Desk:
    """Somebody at the grid of the network's cohort."""

    def __init__(self, network: Network, client: FlaskClient) -> None:
        self.network, self.client = network, client
        self.talk = next(one for one in network.activities if one.kind == "conversation")

    def post(self, deed: str, *names: str, sure: bool = True, **more: Any) -> TestResponse:
        ids = [str(self.network.people[name].id) for name in names or ("Anna", "Bram", "Cees")]
        data = {"wie": ids, "subject": f"activity:{self.talk.id}"} | more | ({"zeker": "y"} if sure else {})
        return self.client.post(f"/cohorten/{self.network.cohort.id}/voortgang/{deed}", data=data)

    def undo(self, deed: str, response: TestResponse) -> str:
        ids = re.findall(r'name="wat" value="([^"]+)"', response.text)
        answer = self.client.post(
            f"/cohorten/{self.network.cohort.id}/voortgang/{deed}/terug",
            data={"wat": ids},
            follow_redirects=True,
        )
        assert answer.status_code == 200
        return answer.text

    def count(self, model: type) -> int:
        return self.network.session.query(model).count()


def plain(response: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


@pytest.fixture
def desk(network: Network, client_as: ClientAs) -> Desk:
    return Desk(network, client_as(network.trainer))


def test_first_it_asks_and_names_everybody(desk: Desk) -> None:
    response = desk.post("herinneren", sure=False)
    text = plain(response)
    assert response.status_code == 200
    for name in ("Anna", "Bram", "Cees"):
        assert f"{name} Zonneveld" in text
    assert "Niet : is al gedaan" in text or "Niet: is al gedaan" in text
    assert desk.count(Nudge) == 0


def test_reminding_is_told_of_each_and_can_be_taken_back(desk: Desk) -> None:
    response = desk.post("herinneren")
    text = plain(response)
    assert "Bram Zonneveld krijgt een herinnering" in text
    assert "Cees Zonneveld is al gedaan" in text
    made = desk.count(Nudge)
    assert made >= 1
    again = plain(desk.post("herinneren"))
    assert "kreeg deze week al een herinnering van een trainer" in again
    assert desk.count(Nudge) == made, "sent twice is once"
    assert f"{made} keer teruggenomen." in desk.undo("herinneren", response)
    assert "Er viel niets meer terug te nemen" in desk.undo("herinneren", response)


def test_more_time_keeps_what_was_typed_when_something_is_wrong(desk: Desk) -> None:
    past = (desk.network.now - timedelta(days=2)).date().isoformat()
    response = desk.post("uitstel", due_on=past, reason="Een verbouwing")
    assert response.status_code == 422
    assert "<title>Fout:" in " ".join(response.text.split()).replace("<title> ", "<title>")
    assert "Een verbouwing" in response.text
    assert "Kies een dag die nog komt." in response.text
    assert desk.post("uitstel", due_on="morgen", reason="x").status_code == 422
    assert desk.count(Extension) == 0
    later = (desk.network.now + timedelta(days=200)).date().isoformat()
    done = desk.post("uitstel", due_on=later, reason="Een verbouwing")
    assert "Bram Zonneveld heeft meer tijd" in plain(done)
    assert "keer teruggenomen." in desk.undo("uitstel", done)
    assert desk.network.session.query(Extension).filter_by(revoked_at=None).count() == 0


def test_present_at_a_meeting_of_the_past(desk: Desk) -> None:
    second = desk.network.meetings[1]
    asked = desk.post("aanwezig", sure=False, subject=f"meeting:{second.id}")
    assert "stond als afwezig of afgemeld" in asked.text
    done = plain(desk.post("aanwezig", subject=f"meeting:{second.id}"))
    assert "Bram Zonneveld staat als aanwezig" in done
    assert "Cees Zonneveld stond al als aanwezig" in done
    rows = desk.network.session.query(Attendance).filter_by(meeting_id=second.id, state="present")
    assert rows.count() == 3


def test_the_meeting_that_began_last_is_proposed(desk: Desk) -> None:
    network = desk.network
    dates = [
        make_meeting(network.session, network.cohort, network.now - timedelta(days=n), number=20 - n)
        for n in range(1, 9)
    ]
    text = desk.post("aanwezig", sure=False, subject="").text
    assert re.search(r'<option selected[^>]* value="([^"]+)"', text)[1] == f"meeting:{dates[0].id}"  # type: ignore[index]


def test_completed_by_judgment_needs_a_reason(desk: Desk) -> None:
    assert desk.post("afronden", "Bram", reason=" ").status_code == 422
    done = desk.post("afronden", "Bram", reason="Zag het in de les")
    assert "Bram Zonneveld heeft de opdracht afgerond" in plain(done)
    assert desk.count(CompletionOverride) == 1
    assert "1 keer teruggenomen." in desk.undo("afronden", done)


def test_nobody_chosen_goes_back_with_a_word(desk: Desk) -> None:
    url = f"/cohorten/{desk.network.cohort.id}/voortgang/herinneren"
    for wie in ([], ["onzin"], [str(desk.network.people["Dirk"].id)]):
        response = desk.client.post(url, data={"wie": wie}, follow_redirects=True)
        assert "Kies eerst voor wie." in response.text
    odd = desk.post("herinneren", subject="onzin")
    assert odd.status_code in (200, 422)
    assert desk.count(Nudge) == 0


def test_each_role_has_its_own_deeds(network: Network, client_as: ClientAs) -> None:
    organiser = Desk(network, client_as(network.organiser))
    assert organiser.post("herinneren", sure=False).status_code == 404, "her name does not stand under it"
    assert organiser.post("uitstel", sure=False).status_code == 200
    other = Desk(network, client_as(network.session.get_one(User, network.people["Anna"].user_id)))
    for deed in ("herinneren", "uitstel", "aanwezig", "afronden"):
        assert other.post(deed).status_code == 404
        path = f"/cohorten/{network.cohort.id}/voortgang/{deed}"
        assert other.client.post(f"{path}/terug", data={}).status_code == 404
    assert other.client.post(f"/cohorten/{network.cohort.id}/voortgang/aanwezig/terug").status_code == 404


def test_in_a_cohort_that_is_over_it_says_so(desk: Desk) -> None:
    desk.network.cohort.state = "closed"
    desk.network.session.flush()
    assert desk.post("herinneren").status_code == 409
