"""A small network: two institutions, a cohort that runs and one that ended, meetings, and reflections with a marker."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, Meeting
from peergang.curriculum.models import Activity
from peergang.identity.models import Institution, RoleGrant, User
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_trainer
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution, make_organiser, make_user
from tests.factories.progress import attend, complete, hand_in, list_activities
from tests.factories.risks import evaluate_now
from tests.ground import Ground, unpack
from tests.moment import NOW

MARKER = "Vlinderstruikgeheim"
"""Stands in every text that somebody wrote; no page of this feature may show it."""


@dataclass
class Network:
    session: Session
    now: datetime
    cohort: Cohort
    ended: Cohort
    meadow: Institution
    harbour: Institution
    organiser: User
    trainer: User
    activities: list[Activity]
    meetings: list[Meeting]
    people: dict[str, Enrolment] = field(default_factory=dict)


@pytest.fixture(scope="module")
def packed_network(ground: Ground) -> bytes:
    return ground.make(lambda session: make_network(session, NOW))


@pytest.fixture
def network(packed_network: bytes, session: Session, now: datetime) -> Network:
    """At `now`, made once for the tests of a file."""
    assert now == NOW
    found: Network = unpack(packed_network, session)
    return found


def make_network(session: Session, now: datetime) -> Network:
    edition = make_edition(session)
    cohort = make_cohort(session, now - timedelta(days=40), edition=edition)
    ended = make_cohort(session, now - timedelta(days=400), edition=edition, state="closed")
    trainer = make_user(session, "Tess", "Trainer")
    made = Network(
        session,
        now,
        cohort,
        ended,
        make_institution(session, "Groenschool Wilgenbos"),
        make_institution(session, "ROC Zilverkade"),
        make_organiser(session),
        trainer,
        list_activities(session, edition),
        [
            make_meeting(session, cohort, now - timedelta(days=30 - 14 * number), number=number)
            for number in (1, 2)
        ],
    )
    make_trainer(session, cohort, user=trainer)
    _enrol(made)
    _live(made)
    evaluate_now(session, now)
    return made


def _enrol(made: Network) -> None:
    session = made.session
    for name, place, cohort in (
        ("Anna", made.meadow, made.cohort),
        ("Bram", made.meadow, made.cohort),
        ("Cees", made.harbour, made.cohort),
        ("Dirk", made.harbour, made.ended),
    ):
        user = make_user(session, name, "Zonneveld")
        made.people[name] = make_participant(session, cohort, user=user, institution=place)
    contact = make_user(session, "Pim", "Vogelkers")
    session.add(RoleGrant(user_id=contact.id, role="contact", institution_id=made.meadow.id))
    other = make_user(session, "Joke", "Bijenkorf")
    session.add(RoleGrant(user_id=other.id, role="contact", institution_id=made.harbour.id))
    session.flush()


def _live(made: Network) -> None:
    session, now, people = made.session, made.now, made.people
    first, second = made.meetings
    for name in ("Anna", "Bram"):
        attend(session, first, people[name])
        attend(session, second, people[name], "absent")
    for meeting in made.meetings:
        attend(session, meeting, people["Cees"])
    complete(session, people["Anna"], *made.activities[:3], at=now - timedelta(days=2))
    complete(session, people["Cees"], *made.activities, at=now - timedelta(days=1))
    complete(session, people["Dirk"], *made.activities[:2], at=now - timedelta(days=300))
    reflection = next(one for one in made.activities if one.kind == "reflection")
    hand_in(session, people["Cees"], reflection, at=now - timedelta(days=30), text=MARKER)
    hand_in(session, people["Anna"], reflection, at=now - timedelta(days=1), text=MARKER)
