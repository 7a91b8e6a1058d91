"""Two organisers who do the same at the same moment: one does it, the other is told, and nobody meets an error."""

from datetime import date
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.cohorts import CohortDetails, create_cohort
from peergang.cohorts.actions.trainers import assign_trainer
from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.db import transaction
from peergang.core.errors import Invalid
from peergang.core.permissions import Actor
from peergang.identity.actions.people import create_user
from peergang.identity.models import User
from tests.factories.cohorts import make_cohort
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_organiser

pytestmark = [pytest.mark.database, pytest.mark.committed]


def at_once(engine, *acts):
    """What became of acts that all begin before one of them commits."""
    barrier, found = Barrier(len(acts)), []

    def run(act):
        try:
            with transaction(engine) as session:
                session.scalar(sa.select(1))
                barrier.wait(10)
                act(session)
            found.append("done")
        except Invalid as error:
            found.append(str(dict(error.problems)))

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return sorted(found)


@pytest.fixture
def made(committed, now):
    with Session(committed) as session:
        edition = make_edition(session)
        cohorts = [make_cohort(session, now, edition=edition, state="planned").id for _ in range(2)]
        organiser = Actor(user_id=make_organiser(session).id, is_organiser=True)
        found = edition.id, cohorts, organiser
        session.commit()
    return found


def test_one_cohort_of_a_name_whatever_its_capitals(committed, made, now):
    edition_id, _cohorts, organiser = made

    def create(name):
        details = CohortDetails(edition_id, name, date(2027, 1, 4), date(2027, 6, 1), 20)
        return lambda session: create_cohort(session, organiser, details, now=now)

    assert at_once(committed, create("Noord"), create("NOORD")) == ["done", "{'name': 'taken'}"]
    with Session(committed) as session:
        assert session.query(Cohort).filter(sa.func.lower(Cohort.name) == "noord").count() == 1


def test_a_new_trainer_of_two_cohorts_is_one_person(committed, made, now):
    _edition_id, cohorts, organiser = made

    def assign(cohort_id):
        return lambda session: assign_trainer(
            session, organiser, cohort_id, email="nieuw@b.example", given_name="Nieuw", now=now
        )

    assert at_once(committed, *map(assign, cohorts)) == ["done", "done"]
    with Session(committed) as session:
        assert session.query(User).filter_by(email="nieuw@b.example").count() == 1
        assert session.query(Enrolment).filter_by(role="trainer").count() == 2


def test_a_person_is_added_once(committed, made, now):
    def add(session):
        create_user(session, made[2], given_name="Noor", family_name="", email="noor@b.example", now=now)

    assert at_once(committed, add, add) == ["done", "{'email': 'email_taken'}"]
