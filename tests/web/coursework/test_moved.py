"""Links and open tabs of an earlier edition still lead somewhere after a cohort went over to a newer one."""

import pytest
from sqlalchemy import select

from peergang.app import create_app  # noqa: F401 the application registers what follows an upgrade
from peergang.cohorts.actions.editions import upgrade_edition
from peergang.cohorts.models import Cohort, Enrolment
from peergang.coursework.models import Reflection
from peergang.curriculum.models import Activity, Edition, Module, Topic
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort, make_participant
from tests.factories.coursework import actor_of
from tests.factories.curriculum import make_next_edition
from tests.factories.identity import make_organiser


@pytest.fixture
def person(session, now) -> Enrolment:
    return make_participant(session, make_cohort(session, now))


@pytest.fixture
def newer(session, now, person) -> Edition:
    cohort = session.get_one(Cohort, person.cohort_id)
    edition = make_next_edition(session, session.get_one(Edition, cohort.edition_id))
    organiser = actor_of(session, make_organiser(session))
    upgrade_edition(
        session, organiser, cohort.id, from_edition_id=cohort.edition_id, to_edition_id=edition.id, now=now
    )
    session.expire_all()
    return edition


@pytest.fixture
def client(session, client_as, person):
    return client_as(session.get_one(User, person.user_id))


def pair(session, newer: Edition, table: type, **where: object) -> tuple[object, object]:
    """The part of the earlier edition and that of the newer one."""
    statement = select(table).filter_by(**where)
    if table is Topic:
        statement = statement.join(Module, Module.id == Topic.module_id)
        owner = Module.edition_id
    else:
        owner = table.edition_id
    old = session.scalars(statement.where(owner != newer.id)).first()
    new = session.scalars(statement.where(owner == newer.id)).first()
    return old.id, new.id


def test_a_module(session, client, newer) -> None:
    old, new = pair(session, newer, Module)
    answer = client.get(f"/modules/{old}")
    assert (answer.status_code, answer.location) == (302, f"/modules/{new}")
    assert client.get(answer.location).status_code == 200


def test_a_topic(session, client, newer) -> None:
    old, new = pair(session, newer, Topic, slug="onderwerp-1-2")
    answer = client.get(f"/onderwerpen/{old}")
    assert (answer.status_code, answer.location) == (302, f"/onderwerpen/{new}")


def test_an_autosave_of_an_open_tab_keeps_every_word(session, client, person, newer) -> None:
    old, new = pair(session, newer, Activity, kind="reflection")
    words = {"title": "Koffie", "answers": {"bereiken": "Meer tijd voor elkaar."}, "revision": 0}
    answer = client.post(f"/reflecties/opdracht/{old}/concept", json=words, follow_redirects=True)
    assert answer.status_code == 200
    kept = session.scalars(select(Reflection).where(Reflection.enrolment_id == person.id)).one()
    assert (kept.activity_id, kept.title, kept.draft["bereiken"]) == (new, "Koffie", "Meer tijd voor elkaar.")


def test_what_never_was_is_not_there(session, client, person) -> None:
    assert client.get(f"/modules/{person.id}").status_code == 404


def test_somebody_elses_edition_stays_closed(session, client_as, now, newer) -> None:
    old, _ = pair(session, newer, Module)
    stranger = make_participant(session, make_cohort(session, now))
    assert client_as(session.get_one(User, stranger.user_id)).get(f"/modules/{old}").status_code == 404
