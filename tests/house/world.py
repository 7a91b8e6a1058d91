"""The small world in which tests/house/test_routes.py walks every route.

It holds one person for each role, two cohorts of one edition, and the values for the arguments in URLs, by their names. A
feature adds its own records from its file of expectations:

    def extend(world: World) -> None:
        reflection = make_reflection(world.session, world.enrolments["participant"], ...)
        world.args["reflection_id"] = reflection.id
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.identity.models import Institution, RoleGrant, User
from tests.factories.cohorts import make_cohort, make_meeting, make_participant, make_peer_group, make_trainer
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_institution, make_user, sign_in_session

ROLES = (
    "anonymous",
    "participant",
    "trainer",
    "organiser",
    "admin",
    "outsider",
    "other_trainer",
    "contact",
)
"""Who asks. The participant and the trainer belong to the cohort of the records; the outsider follows another cohort, which
the other trainer trains. The contact is that of the participant's institution and takes part in nothing.
"""


@dataclass
class World:
    """The records of the walk."""

    session: Session
    now: datetime
    cohort: Cohort
    other_cohort: Cohort
    institution: Institution
    people: dict[str, User] = field(default_factory=dict)
    """By role, without anonymous; `peer` takes part in the same cohort and peer group as the participant."""
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    """Of the participant, the peer, both trainers and the outsider."""
    cookies: dict[str, str] = field(default_factory=dict)
    args: dict[str, Any] = field(default_factory=dict)
    """Values for URL arguments, by name. Those of a single route stand in its expectation under "args"."""


def build_world(session: Session, now: datetime) -> World:
    """Make the records that every feature shares."""
    edition = make_edition(session)
    world = World(
        session,
        now,
        cohort=make_cohort(session, now, edition=edition),
        other_cohort=make_cohort(session, now, edition=edition),
        institution=make_institution(session),
    )
    for role in (*ROLES[1:], "peer"):
        world.people[role] = make_user(session, role.capitalize())
    for role in ("organiser", "admin"):
        session.add(RoleGrant(user_id=world.people[role].id, role=role))
    contact = world.people["contact"].id
    session.add(RoleGrant(user_id=contact, role="contact", institution_id=world.institution.id))
    _enrol(world)
    world.cookies = {role: sign_in_session(session, world.people[role]) for role in ROLES[1:]}
    world.args |= {
        "institution_id": world.institution.id,
        "cohort_id": world.cohort.id,
        "user_id": world.people["participant"].id,
        "enrolment_id": world.enrolments["participant"].id,
    }
    session.flush()
    return world


def _enrol(world: World) -> None:
    session, people, made = world.session, world.people, world.enrolments
    for role, cohort in (
        ("participant", world.cohort),
        ("peer", world.cohort),
        ("outsider", world.other_cohort),
    ):
        made[role] = make_participant(session, cohort, user=people[role], institution=world.institution)
    made["trainer"] = make_trainer(session, world.cohort, user=people["trainer"])
    made["other_trainer"] = make_trainer(session, world.other_cohort, user=people["other_trainer"])
    group = make_peer_group(session, world.cohort, made["participant"], made["peer"], since=world.now)
    meeting = make_meeting(session, world.cohort, world.now)
    world.args |= {"group_id": group.id, "peer_group_id": group.id, "meeting_id": meeting.id}
