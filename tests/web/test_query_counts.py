"""As many statements for many as for few, and at most ten (invariant of the house): the four pages of the promise with 300
participants, the others with 30.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, Meeting
from peergang.curriculum.models import Edition, Module
from peergang.identity.models import Affiliation, RoleGrant, User
from tests.counting import counting
from tests.factories.cohorts import make_trainer
from tests.factories.crowd import Crowd, make_crowd
from tests.factories.curriculum import make_next_edition
from tests.factories.identity import make_user

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


OTHERS: dict[str, tuple[str, str]] = {
    "cohorts": ("organiser", "/cohorten"),
    "cohort": ("organiser", "/cohorten/{cohort}"),
    "cohort, to its trainer": ("trainer", "/cohorten/{cohort}"),
    "participants": ("organiser", "/cohorten/{cohort}/deelnemers"),
    "requests and waiting list": ("organiser", "/cohorten/{cohort}/aanmeldingen"),
    "opening": ("organiser", "/cohorten/{cohort}/controleren"),
    "groups": ("organiser", "/cohorten/{cohort}/groepen"),
    "groups of then": ("trainer", "/cohorten/{closed}/groepen"),
    "proposal": ("organiser", "/cohorten/{cohort}/groepen/voorstel"),
    "meetings": ("organiser", "/cohorten/{cohort}/bijeenkomsten"),
    "meeting": ("participant", "/bijeenkomsten/{meeting}"),
    "meeting, to its trainer": ("trainer", "/bijeenkomsten/{meeting}"),
    "attendance": ("trainer", "/bijeenkomsten/{meeting}/aanwezigheid"),
    "own meetings": ("participant", "/bijeenkomsten"),
    "more time": ("trainer", "/inschrijvingen/{enrolment}/uitstel"),
    "leaving": ("organiser", "/inschrijvingen/{enrolment}/stoppen"),
    "edition": ("organiser", "/cohorten/{cohort}/editie"),
    "copy": ("organiser", "/cohorten/{cohort}/kopieren"),
    "progress": ("trainer", "/cohorten/{cohort}/voortgang"),
    "progress in a module": ("trainer", "/cohorten/{cohort}/voortgang?module={code}"),
    "story": ("trainer", "/cohorten/{cohort}/deelnemers/{enrolment}"),
    "reminding": ("trainer", "/cohorten/{cohort}/voortgang/herinneren?wie={enrolment}"),
    "closing": ("organiser", "/cohorten/{cohort}/afsluiten"),
    "institutions": ("organiser", "/instellingen"),
    "institution": ("organiser", "/instellingen/{institution}"),
    "people": ("organiser", "/mensen"),
    "person": ("organiser", "/mensen/{person}"),
    "directory": ("participant", "/wie-weet-wat"),
    "roles": ("admin", "/beheer/rollen"),
    "log": ("admin", "/beheer/logboek"),
    "free days": ("organiser", "/vrije-dagen"),
    "own data": ("participant", "/mijn-gegevens"),
}
MORE = {
    "edition": (
        13,
        "it compares two editions: modules, topics and activities of both, and the dates before and after",
    ),
    "progress": (
        15,
        "the grid, the groups, what is waiting, who needs attention and the line that accounts for opening it",
    ),
    "reminding": (16, "it foresees what becomes of each message, by the wishes and the week of its reader"),
}
"""Pages that may ask more, with how many and why."""


def measure(
    session: Session, connection: Connection, client_as: ClientAs, people: int
) -> dict[str, list[str]]:
    """What every page asks in a network with a cohort of so many that runs, and one that is over."""
    crowd = make_crowd(session, datetime.now(UTC), people, institutions=people // 3, earlier=1)
    cohort = session.get_one(Cohort, crowd.cohort_id)
    make_next_edition(session, session.get_one(Edition, cohort.edition_id), modules=2)
    closed = session.scalars(
        select(Cohort).where(Cohort.edition_id == cohort.edition_id, Cohort.state == "closed")
    ).one()
    make_trainer(session, closed, user=crowd.trainer)
    own = session.scalars(
        select(Enrolment).filter_by(cohort_id=cohort.id, user_id=crowd.participant.id)
    ).one()
    admin = make_user(session)
    session.add(RoleGrant(user_id=admin.id, role="admin"))
    affiliation = session.get_one(Affiliation, own.affiliation_id)
    args = {
        "cohort": cohort.id,
        "closed": closed.id,
        "meeting": session.scalars(select(Meeting.id).filter_by(cohort_id=cohort.id, number=1)).one(),
        "enrolment": own.id,
        "code": session.scalars(
            select(Module.code).filter_by(edition_id=cohort.edition_id).order_by(Module.position)
        ).first(),
        "person": crowd.participant.id,
        "institution": affiliation.institution_id,
    }
    session.flush()
    who = {"participant": crowd.participant, "trainer": crowd.trainer, "organiser": crowd.organiser}
    clients = {role: client_as(user) for role, user in (who | {"admin": admin}).items()}
    return {name: ask(clients[role], connection, url.format(**args)) for name, (role, url) in OTHERS.items()}


def test_the_other_pages_take_as_many_statements_for_30_as_for_3(
    session: Session, connection: Connection, client_as: ClientAs
) -> None:
    few, many = (measure(session, connection, client_as, people) for people in (3, 30))
    growing = {
        name: f"{len(few[name])} for 3 and {len(found)} for 30"
        for name, found in many.items()
        if len(few[name]) != len(found)
    }
    assert not growing
    above = {
        name: len(found)
        for name, found in many.items()
        if len(found) > (MORE[name][0] if name in MORE else MOST)
    }
    assert not above
    stale = [name for name in MORE if len(many[name]) <= MOST]
    assert not stale, f"these are good by now, so take them out of MORE: {stale}"
