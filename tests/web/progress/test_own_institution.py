"""What the contact of an institution sees: a sentence, sums of a week, whom to ask; no participant and no past day."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.identity.models import RoleGrant, User
from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.actions.telling import tell_contacts
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_user
from tests.factories.progress import attend, compile_now, complete
from tests.web.progress.conftest import MARKER, Network

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]


@pytest.fixture(autouse=True)
def _at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def contact(network: Network, client_as: ClientAs) -> FlaskClient:
    user = make_user(network.session, "Wil", "Hazelaar")
    network.session.add(RoleGrant(user_id=user.id, role="contact", institution_id=network.meadow.id))
    network.session.flush()
    return client_as(user)


def tell(network: Network) -> None:
    """What the workers did on Sunday evening and in the night after it; `now` is a Tuesday."""
    sunday = network.now - timedelta(days=2)
    compile_now(network.session, sunday)
    take_snapshot(network.session, now=sunday)
    tell_contacts(network.session, now=network.now)
    network.session.commit()


def add_people(network: Network, number: int) -> None:
    session, meeting = network.session, network.meetings[0]
    for place in range(number):
        user = make_user(session, f"Mens{place}", "Kievitsbloem")
        one = make_participant(session, network.cohort, user=user, institution=network.meadow)
        attend(session, meeting, one, "present" if place else "absent")
        complete(session, one, *network.activities[:3], at=network.now - timedelta(days=20))


def test_a_small_group_has_no_figures(network: Network, contact: FlaskClient) -> None:
    tell(network)
    page = contact.get("/onze-deelname").text
    assert "minder dan 5" in page
    assert "te klein om er cijfers van te tonen" in page
    assert "%" not in re.sub(r"(?s).*<main", "", page).split("</main")[0]


def test_a_large_group_has_sums_a_sentence_and_somebody_to_ask(
    network: Network, contact: FlaskClient
) -> None:
    add_people(network, 6)
    tell(network)
    page = " ".join(contact.get("/onze-deelname").text.split())
    assert "De cijfers gaan over <b>8 mensen</b>" in page
    assert "Cijfers tot en met zondag 15 november 2026." in page
    assert network.session.get_one(User, network.organiser.id).email in page
    for word in ("Kievitsbloem", "Zonneveld", MARKER, network.harbour.name):
        assert word not in page
    assert "Dit valt op" in page
    empty = contact.get("/onze-deelname?programma=masterclass").text
    assert "8 mensen" not in empty


def test_half_way_nobody_is_told_that_not_everything_is_done(network: Network, contact: FlaskClient) -> None:
    """Less than half is done, because less than half was asked; of a cohort that is over it stands out."""
    add_people(network, 6)
    tell(network)
    page = contact.get("/onze-deelname").text
    noted = page.split("Dit valt op")[1].split("</ul>")[0] if "Dit valt op" in page else ""
    assert "voortgang" not in noted
    network.cohort.state = "closed"
    network.session.commit()
    page = contact.get("/onze-deelname").text
    assert "voortgang" in page.split("Dit valt op")[1].split("</ul>")[0]


def test_nothing_in_the_address_leads_to_another_day(network: Network, contact: FlaskClient) -> None:
    add_people(network, 6)
    tell(network)
    plain = contact.get("/onze-deelname").text
    for query in ("op=2026-11-01", "op=2026-11-16", "maat=voortgang", "naam=a", "pagina=2"):
        assert _without_tokens(contact.get(f"/onze-deelname?{query}").text) == _without_tokens(plain)
    for path in ("/deelname.csv", "/deelname", f"/deelname/instelling/{network.meadow.id}"):
        assert contact.get(path).status_code == 404


def _without_tokens(page: str) -> str:
    main = re.search(r"(?s)<main.*</main>", page)
    assert main is not None
    return re.sub(r'(value|nonce)="[^"]*"', "", main[0])


def test_the_page_takes_as_many_statements_for_many_cohorts_as_for_few(
    network: Network, contact: FlaskClient, counted: Callable[[], AbstractContextManager[Any]]
) -> None:
    session: Session = network.session
    add_people(network, 6)
    tell(network)
    contact.get("/onze-deelname")
    with counted() as few:
        contact.get("/onze-deelname")
    for _ in range(5):
        cohort = make_cohort(session, network.now, edition=make_edition(session))
        for _ in range(6):
            make_participant(session, cohort, institution=network.meadow)
    session.commit()
    with counted() as many:
        contact.get("/onze-deelname")
    assert few.number == many.number <= 12
