"""The pages about institutions."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.identity.models import Institution, User
from tests.factories.identity import make_affiliation, make_institution, make_organiser, make_user

pytestmark = pytest.mark.database

FORM = {"name": "ROC de Waterkant", "brin": "25lx", "place": "Sluis", "aliases": "RdW\n\nWaterkant\r\n"}


@pytest.fixture
def organiser(client_as: Callable[[User], FlaskClient], session: Session) -> FlaskClient:
    return client_as(make_organiser(session))


def test_an_empty_network_says_what_to_do(organiser: FlaskClient) -> None:
    page = organiser.get("/instellingen").text
    assert "Nog geen instellingen" in page
    assert 'href="/instellingen/nieuw"' in page


def test_adding_finding_and_changing_one(organiser: FlaskClient, session: Session) -> None:
    location = organiser.post("/instellingen/nieuw", data=FORM).location
    made = session.scalars(select(Institution)).one()
    assert location == f"/instellingen/{made.id}"
    assert (made.brin, made.aliases) == ("25LX", ["RdW", "Waterkant"])
    page = organiser.get("/instellingen?zoek=rdw").text
    assert "ROC de Waterkant" in page
    assert "1 instelling" in page
    assert "Geen instelling gevonden" in organiser.get("/instellingen?zoek=%25").text
    url = f"/instellingen/{made.id}/wijzig"
    assert "RdW\nWaterkant" in organiser.get(url).text.replace("\r", "")
    assert organiser.post(url, data=FORM | {"name": "Waterkant College"}).status_code == 303
    session.refresh(made)
    assert made.aliases == ["RdW", "Waterkant", "ROC de Waterkant"]


def test_every_mistake_is_named_at_its_field(organiser: FlaskClient, session: Session) -> None:
    make_institution(session, "Bestaand", brin="25LX")
    session.commit()
    answer = organiser.post("/instellingen/nieuw", data=FORM | {"aliases": "bestaand"})
    assert answer.status_code == 422
    assert "Er is al een instelling met deze BRIN" in answer.text
    assert "hoort al bij een andere instelling" in answer.text
    assert 'href="#brin"' in answer.text
    assert 'value="ROC de Waterkant"' in answer.text
    assert (
        "twee cijfers en twee letters, zoals"
        in organiser.post("/instellingen/nieuw", data=FORM | {"brin": "25LXX"}).text
    )
    assert session.scalars(select(Institution.name)).all() == ["Bestaand"]


def test_the_list_takes_as_many_statements_for_three_as_for_three_hundred(
    organiser: FlaskClient, session: Session, statements_of: Callable[[], list[str]]
) -> None:
    def count() -> int:
        counted = statements_of()
        assert organiser.get("/instellingen").status_code == 200
        return len(counted)

    def fill(number: int) -> None:
        for _ in range(number):
            make_affiliation(session, make_user(session), make_institution(session))
        session.commit()

    fill(3)
    few = count()
    fill(297)
    assert count() == few <= 7
