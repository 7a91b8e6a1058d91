"""The world in which every example begins: one cohort that is being planned and one that runs and is full."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.cohorts.actions.cohorts import CohortDetails, create_cohort
from peergang.cohorts.actions.invitations import accept_invitation
from peergang.cohorts.actions.joining import set_joining
from peergang.cohorts.actions.lifecycle import open_cohort
from peergang.cohorts.actions.meetings import MeetingDetails, plan_meetings
from peergang.cohorts.actions.seats import Newcomer, enrol_participants
from peergang.cohorts.actions.trainers import assign_trainer
from peergang.cohorts.models import Enrolment, Meeting
from peergang.core.permissions import Actor
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import Affiliation, Institution, User
from tests.domain.cohorts.life.model import Key, Planned, Run, World
from tests.factories.curriculum import make_edition
from tests.factories.identity import make_affiliation, make_institution, make_organiser, make_user

NAMES = [f"mens{number}@school.example" for number in range(10)]
KNOWN = NAMES[:8]
"""The others have no account until they come in through a file or the link."""


def keys_of(session: Session, edition_id: UUID) -> frozenset[Key]:
    rows = session.execute(sa.select(Activity.slug, Activity.kind).where(Activity.edition_id == edition_id))
    return frozenset((slug, kind) for slug, kind in rows)


def make_world(session: Session, now: datetime) -> tuple[World, Actor]:
    """The model and the organiser; only ids are kept, so that every example reads its own records."""
    actor = Actor(user_id=make_organiser(session).id, is_organiser=True)
    edition_id = make_edition(session, modules=2).id
    schools = [make_institution(session).id for _ in range(3)]
    for number, name in enumerate(KNOWN):
        user = make_user(session, f"Mens{number}", "Proef", email=name, password_hash="x")
        school = session.get_one(Institution, schools[number % 3])
        make_affiliation(session, user, school)
    world = World([], [(edition_id, keys_of(session, edition_id))], schools)
    plan(session, actor, world, now, starts_in=20, capacity=4)
    running = plan(session, actor, world, now, starts_in=-1, capacity=4)
    enrol(session, actor, world, running, KNOWN[:5], now)
    enrol(session, actor, world, world.runs[0], KNOWN[4:8], now)
    open_cohort(session, actor, running.id, now=now)
    running.state = "running"
    for name in KNOWN[:3]:
        user_id, enrolment_id = own(session, running, name)
        accept_invitation(session, Actor(user_id=user_id), enrolment_id, now=now)
        running.places[name].state = "active"
    return world, actor


def plan(
    session: Session, actor: Actor, world: World, now: datetime, *, starts_in: int, capacity: int
) -> Run:
    """A planned cohort with a meeting for each module, a trainer and a link that is open."""
    starts_on = now.date() + timedelta(days=starts_in)
    edition = len(world.editions) - 1
    details = CohortDetails(
        world.editions[edition][0],
        f"Levensloop {len(world.runs)}",
        starts_on,
        starts_on + timedelta(days=120),
        capacity,
    )
    cohort = create_cohort(session, actor, details, now=now)
    modules = session.execute(
        sa.select(Module.id, Module.slug).where(Module.edition_id == details.edition_id)
    ).all()
    begins = now.replace(hour=12) + timedelta(days=starts_in)
    proposal = [
        MeetingDetails(slug, key, begins + timedelta(days=days), begins + timedelta(days=days, hours=3))
        for (key, slug), days in zip(sorted(modules, key=lambda one: one.slug), (10, 50), strict=True)
    ]
    plan_meetings(session, actor, cohort.id, proposal)
    trainer = make_user(session, password_hash="x")
    assign_trainer(session, actor, cohort.id, email=trainer.email, now=now)
    set_joining(session, actor, cohort.id, is_open=True, until=None, now=now)
    run = Run(cohort.id, "planned", capacity, starts_on, edition)
    for meeting in session.scalars(sa.select(Meeting).where(Meeting.cohort_id == cohort.id)):
        run.meetings[meeting.id] = Planned(meeting.title, meeting.starts_at)
    world.runs.append(run)
    return run


def enrol(session: Session, actor: Actor, world: World, run: Run, names: list[str], now: datetime) -> None:
    rows = session.execute(
        sa.select(User.email, User.id, Affiliation.id)
        .join(Affiliation, Affiliation.user_id == User.id)
        .where(User.email.in_(names))
        .order_by(User.email)
    )
    enrol_participants(session, actor, run.id, [Newcomer(*row[1:]) for row in rows], now=now)
    world.enrol(run, names)


def own(session: Session, run: Run, name: str) -> tuple[UUID, UUID]:
    """(person, enrolment) of somebody in a cohort."""
    user_id, enrolment_id = session.execute(
        sa.select(User.id, Enrolment.id)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(User.email == name, Enrolment.cohort_id == run.id, Enrolment.role == "participant")
    ).one()
    return user_id, enrolment_id
