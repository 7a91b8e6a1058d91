"""Setting a cohort up, and people who come and go."""

from datetime import time
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peergang.cohorts.actions.cohorts import CohortDetails, create_cohort
from peergang.cohorts.actions.group_names import rename_group
from peergang.cohorts.actions.groups import make_peer_groups, move_to_group, place_newcomers
from peergang.cohorts.actions.invitations import accept_invitation
from peergang.cohorts.actions.leaving import withdraw_enrolment
from peergang.cohorts.actions.lifecycle import open_cohort
from peergang.cohorts.actions.meetings import MeetingDetails, plan_meetings
from peergang.cohorts.actions.roster import add_from_roster
from peergang.cohorts.actions.roster_files import read_roster_file
from peergang.cohorts.actions.trainers import assign_trainer
from peergang.cohorts.models import PeerGroup
from peergang.cohorts.queries.people import list_participants
from peergang.cohorts.queries.roster import check_import
from peergang.cohorts.rules.groups import LARGEST
from peergang.cohorts.rules.schedule import at_times
from peergang.core.clock import local_date
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.curriculum.models import Edition, Module, Programme
from peergang.demo.accounts import DEMO_PASSWORD
from peergang.demo.cast import PEOPLE, SCHOOLS
from peergang.demo.events import Event
from peergang.demo.stage import Stage
from peergang.demo.story import Story
from peergang.identity.actions.links import (
    accept_invitation as accept_link,
    invite_user,
    issue_token_secret,
)
from peergang.identity.models import SingleUseToken, User
from peergang.identity.rules import TokenPurpose

BEGINS, ENDS = time(13, 30), time(16, 30)


def set_up(stage: Stage, event: Event) -> bool:
    """Walk the five steps of setting up: details, meetings, trainers, participants from a file, opening."""
    story, organiser, session = stage.story(event), stage.actor(event.who), stage.session
    edition = newest_edition(session, story.programme)
    if edition is None:
        raise NotFound
    details = CohortDetails(edition, story.name, story.starts_on, story.ends_on, story.capacity)
    cohort = create_cohort(session, organiser, details, now=event.at)
    plan_meetings(session, organiser, cohort.id, _meetings(session, story, edition))
    for who in story.trainers:
        person = PEOPLE[who]
        assign_trainer(
            session,
            organiser,
            cohort.id,
            email=person.email,
            given_name=person.given_name,
            particle=person.particle,
            family_name=person.family_name,
            now=event.at,
        )
    _import(session, organiser, story, cohort.id, event)
    make_peer_groups(session, organiser, cohort.id, now=event.at)
    if story.groups:
        _arrange(session, organiser, story, cohort.id, event)
    open_cohort(session, organiser, cohort.id, now=event.at)
    stage.roles_changed()
    return True


def newest_edition(session: Session, programme: str) -> UUID | None:
    """The newest edition of a programme."""
    return session.scalar(
        select(Edition.id)
        .join(Programme, Programme.id == Edition.programme_id)
        .where(Programme.slug == programme)
        .order_by(Edition.number.desc())
        .limit(1)
    )


def _meetings(session: Session, story: Story, edition: UUID) -> list[MeetingDetails]:
    modules = session.execute(
        select(Module.id, Module.title).where(Module.edition_id == edition).order_by(Module.position)
    ).all()
    found = []
    for day, module in zip(story.meetings, modules, strict=True):
        begins, ends = at_times(day, BEGINS, ENDS)
        link = "https://vergaderen.bruggenbouwen.example/" + story.key
        found.append(MeetingDetails(module.title, module.id, begins, ends, story.place, link))
    return found


def _import(session: Session, organiser: Actor, story: Story, cohort_id: UUID, event: Event) -> None:
    """The participants come as a file, with the names and schools as an organiser would have them."""
    schools = {one.key: one.name for one in SCHOOLS}
    lines = ["Voornaam;Tussenvoegsel;Achternaam;E-mailadres;Instelling;Functie"]
    for part in story.parts:
        one = PEOPLE[part.who]
        cells = (one.given_name, one.particle, one.family_name, one.email, schools[one.school], one.job)
        lines.append(";".join(cells))
    content = ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")
    name = f"deelnemers-{story.key}.csv"
    found = read_roster_file(session, organiser, cohort_id, file_name=name, content=content, now=event.at)
    # Everybody in the table is wanted, also alumni about whom it remarks something.
    ticks = {
        row.number: True
        for row in check_import(session, organiser, cohort_id, found.rows, local_date(event.at))
    }
    add_from_roster(session, organiser, cohort_id, found.id, ticks, now=event.at)


def _arrange(session: Session, organiser: Actor, story: Story, cohort_id: UUID, event: Event) -> None:
    """Give the groups their names and move people until everybody is where the story has them."""
    groups = session.execute(
        select(PeerGroup.id).where(PeerGroup.cohort_id == cohort_id).order_by(PeerGroup.name)
    ).scalars()
    wanted: dict[str, UUID] = {}
    for (name, people), group_id in zip(story.groups.items(), groups, strict=True):
        rename_group(session, organiser, group_id, name, now=event.at)
        wanted |= {PEOPLE[who].email: group_id for who in people}
    for _ in range(len(wanted)):
        rows = list_participants(session, cohort_id)
        sizes = {group: sum(row.peer_group_id == group for row in rows) for group in wanted.values()}
        astray = [row for row in rows if row.peer_group_id and row.peer_group_id != wanted[row.email]]
        row = next((one for one in astray if sizes[wanted[one.email]] < LARGEST), None)
        if row is None:
            return
        move_to_group(session, organiser, row.enrolment_id, wanted[row.email], now=event.at)


def accept(stage: Stage, event: Event) -> bool:
    """Follow the link in the invitation and choose a password; who has one accepts on the site."""
    session, user_id = stage.session, stage.user_id(event.who)
    role = "trainer" if event.who in stage.story(event).trainers else "participant"
    enrolment = stage.enrolment(event, event.who, role)
    if enrolment.state != "invited":
        return False
    user = session.get_one(User, user_id)
    if user.password_hash is None:
        token_id = _open_token(session, user_id, event) or invite_user(session, user_id, now=event.at).id
        secret = issue_token_secret(session, token_id, now=event.at)
        # Seventy times argon2id would take most of the time of filling. The first person chooses the demo's password in
        # the ordinary way; the others get the same hash beforehand, which the use case then takes as theirs.
        user.password_hash = session.scalar(
            select(User.password_hash)
            .where(User.password_hash.is_not(None))
            .order_by(User.created_at)
            .limit(1)
        )
        session.flush()
        accept_link(session, secret, DEMO_PASSWORD, now=event.at)
    else:
        accept_invitation(session, Actor(user_id), enrolment.id, now=event.at)
    stage.roles_changed()
    return True


def _open_token(session: Session, user_id: UUID, event: Event) -> UUID | None:
    return session.scalar(
        select(SingleUseToken.id)
        .where(
            SingleUseToken.user_id == user_id,
            SingleUseToken.purpose == TokenPurpose.INVITATION,
            SingleUseToken.used_at.is_(None),
            SingleUseToken.expires_at > event.at,
        )
        .order_by(SingleUseToken.requested_at.desc())
        .limit(1)
    )


def decline(stage: Stage, event: Event) -> bool:
    """Say no to the invitation, which gives the place to who waits."""
    actor = Actor(stage.user_id(event.who))
    withdraw_enrolment(stage.session, actor, stage.enrolment(event, event.who).id, now=event.at)
    stage.roles_changed()
    return True


def withdraw(stage: Stage, event: Event) -> bool:
    """The organiser takes somebody out who cannot go on."""
    enrolment = stage.enrolment(event, event.more["person"])
    withdraw_enrolment(stage.session, stage.actor(event.who), enrolment.id, now=event.at)
    stage.roles_changed()
    return True


def place(stage: Stage, event: Event) -> bool:
    """Give newcomers a peer group."""
    cohort_id = stage.calendar(event).cohort_id
    return place_newcomers(stage.session, stage.actor(event.who), cohort_id, now=event.at) > 0


def count_people(session: Session) -> int:
    """How many accounts there are."""
    return session.scalar(select(func.count()).select_from(User)) or 0
