"""The four pages of the promise: as many statements for 300 participants as for 3, and at most ten (invariant of the house)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from peergang.identity.models import User
from tests.counting import counting
from tests.factories.crowd import Crowd, make_crowd

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]

PAGES: dict[str, Callable[[Crowd], tuple[User, str]]] = {
    "this week": lambda crowd: (crowd.participant, "/deze-week"),
    "module": lambda crowd: (crowd.participant, f"/modules/{crowd.module_id}"),
    "review": lambda crowd: (crowd.trainer, f"/beoordelen/{crowd.reflection_id}"),
    "participation": lambda crowd: (crowd.organiser, "/deelname"),
}
MOST = 10


def ask(client: FlaskClient, connection: Connection, url: str) -> list[str]:
    """What the second visit asks of the database; the first may fill caches."""
    assert client.get(url).status_code == 200
    with counting(connection) as statements:
        response = client.get(url)
    assert response.status_code == 200
    return statements


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_as_many_statements_for_300_as_for_3(
    name: str, session: Session, connection: Connection, client_as: ClientAs
) -> None:
    now = datetime.now(UTC)
    found = []
    for people, institutions in ((3, 3), (300, 40)):
        crowd = make_crowd(session, now, people, institutions=institutions)
        user, url = PAGES[name](crowd)
        found.append(ask(client_as(user), connection, url))
    few, many = found
    assert len(few) == len(many), f"{len(few)} for 3 and {len(many)} for 300:\n" + "\n".join(many)
    assert len(many) <= MOST, f"{len(many)} statements:\n" + "\n---\n".join(many)
