"""`peergang user …`: people, roles and passwords, for who installs the platform and for the day the mail is broken."""

import click
from sqlalchemy.orm import Session

from peergang.cli.database import open_database, open_engine
from peergang.cohorts.actions.leaving import give_up_places
from peergang.cohorts.actions.memberships import when_groups_changed
from peergang.cohorts.actions.trainers import when_trainer_left
from peergang.core import clock
from peergang.core.config import Settings
from peergang.core.db import transaction
from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import SYSTEM
from peergang.core.storage import Files
from peergang.coursework.actions.allocation import reallocate_cohort
from peergang.coursework.actions.departures import release_reviews_of
from peergang.identity.actions import account, corrections, links, people, roles, sessions
from peergang.identity.models import Institution, User
from peergang.identity.queries import find_user_by_email
from peergang.identity.queries.institutions import find_institution
from peergang.identity.rules import Role
from peergang.privacy.actions.erasing import erase_person

LAST_ADMIN = "Nobody would be left to give roles. Make somebody else an admin first."
ERASED = "Everything of this person was erased; such an account never opens again."
ROLE = click.Choice([str(role) for role in Role])


@click.group()
def user() -> None:
    """Add people, give them roles, set a password, close an account."""


@user.command()
@click.argument("email")
@click.argument("given_name")
@click.argument("family_name", default="")
@click.option("--particle", default="", help='What stands before the family name, such as "van der".')
@click.option("--role", type=click.Choice(["admin", "organiser"]), help="A role for the whole network.")
@click.option("--institution", help="Where they work: BRIN or name.")
def add(
    email: str, given_name: str, family_name: str, particle: str, role: str | None, institution: str | None
) -> None:
    """Add a person and print the link with which they choose a password."""
    now = clock.now()
    with open_database() as (engine, settings), transaction(engine) as session:
        school = _school(session, institution) if institution else None
        try:
            person = people.create_user(
                session,
                SYSTEM,
                given_name=given_name,
                particle=particle,
                family_name=family_name,
                email=email,
                now=now,
            )
        except Invalid as error:
            raise click.ClickException(f"Not added: {error}.") from error
        if role:
            roles.grant_role(session, SYSTEM, person.id, Role(role), now=now)
        if school is not None:
            people.set_affiliation(session, SYSTEM, person.id, school.id, now=now)
        link = _link(session, settings, person)
    click.echo(f"{person.full_name} is added. The link works once, for thirty days:")
    click.echo(link)


@user.command()
@click.argument("email")
def invite(email: str) -> None:
    """Print a new link for somebody who has not chosen a password yet."""
    with open_database() as (engine, settings), transaction(engine) as session:
        person = _find(session, email)
        if person.deactivated_at is not None:
            raise click.ClickException(f"The account of {person.full_name} is closed; reopen it first.")
        if person.password_hash is not None:
            raise click.ClickException(
                f"{person.full_name} has a password already; who forgot it asks for another on the sign-in page."
            )
        link = _link(session, settings, person)
    click.echo("The link works once, for thirty days:")
    click.echo(link)


@user.command()
@click.argument("email")
@click.password_option(help="Asked for when it is left out, which keeps it out of the shell's history.")
def password(email: str, password: str) -> None:
    """Set somebody's password, and sign them out everywhere."""
    with open_engine() as engine, transaction(engine) as session:
        person = _find(session, email)
        try:
            account.set_password(session, SYSTEM, person.id, password, now=clock.now())
        except Invalid as error:
            raise click.ClickException(f"Not changed: {error}.") from error
    click.echo(f"{person.full_name} can sign in with the new password.")


@user.command()
@click.argument("email")
@click.argument("new_email")
def address(email: str, new_email: str) -> None:
    """Give somebody who signs in already another address, once you know it is theirs. Both addresses hear of it by mail."""
    with open_engine() as engine, transaction(engine) as session:
        person = _find(session, email)
        names = (person.given_name, person.name_particle, person.family_name)
        given = dict(zip(("given_name", "particle", "family_name"), names, strict=True))
        try:
            corrections.correct_person(session, SYSTEM, person.id, **given, email=new_email, now=clock.now())
        except Invalid as error:
            raise click.ClickException(f"Not changed: {error}.") from error
    click.echo(f"{person.full_name} signs in with {new_email} from now on.")


@user.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take away the passkeys and codes of somebody who lost them, and sign them out everywhere. They hear of it by mail."""
    with open_engine() as engine, transaction(engine) as session:
        person = _find(session, email)
        sessions.reset_second_factor(session, SYSTEM, person.id, now=clock.now())
    click.echo(f"{person.full_name} signs in with the password alone, until a new passkey or app is added.")


@user.command()
@click.argument("email")
@click.argument("role", type=ROLE)
@click.option("--institution", help="BRIN or name; for a contact.")
@click.option("--revoke", is_flag=True, help="Take the role instead of giving it.")
def role(email: str, role: str, institution: str | None, revoke: bool) -> None:
    """Give somebody a role, or take it."""
    change = roles.revoke_role if revoke else roles.grant_role
    with open_engine() as engine, transaction(engine) as session:
        person = _find(session, email)
        school = _school(session, institution) if institution else None
        try:
            change(session, SYSTEM, person.id, Role(role), school.id if school else None, now=clock.now())
        except Invalid as error:
            raise click.ClickException(_why_no_role(error)) from error
        except Conflict as error:
            raise click.ClickException(LAST_ADMIN) from error
    click.echo(f"{person.full_name} {'no longer has' if revoke else 'has'} the role {role}.")


@user.command()
@click.argument("email")
@click.option("--reopen", is_flag=True, help="Open a closed account again.")
def close(email: str, reopen: bool) -> None:
    """Close somebody's account: they are signed out everywhere and cannot sign in. Their work stays."""
    _let_go()
    change = account.reactivate_user if reopen else account.deactivate_user
    with open_engine() as engine, transaction(engine) as session:
        person = _find(session, email)
        try:
            change(session, SYSTEM, person.id, now=clock.now())
        except Conflict as error:
            raise click.ClickException(ERASED if error.reason == "erased" else LAST_ADMIN) from error
    click.echo(f"The account of {person.full_name} is {'open' if reopen else 'closed'}.")


@user.command()
@click.argument("email")
@click.option("--reason", prompt=True, help="Why, without the name: it stays in the log.")
@click.option(
    "--confirm", prompt="Type the address once more; this cannot be undone", help="The address once more."
)
def erase(email: str, reason: str, confirm: str) -> None:
    """Erase somebody who asked for it: their words and their name go, what others wrote stays. It cannot be undone."""
    _let_go()
    with open_database() as (engine, settings):
        with transaction(engine) as session:
            person = _find(session, email)
            try:
                keys = erase_person(session, SYSTEM, person.id, reason, confirm, now=clock.now())
            except Invalid as error:
                raise click.ClickException(f"Not erased: {error}.") from error
            except Conflict as error:
                raise click.ClickException(ERASED if error.reason == "erased" else LAST_ADMIN) from error
        Files(settings.files_url).delete(keys)
    click.echo(f"{email} is erased, with {len(keys)} files.")


def _let_go() -> None:
    """What the application hands over when an account closes, a command hands over as well."""
    when_groups_changed(reallocate_cohort)
    when_trainer_left(release_reviews_of)
    account.when_deactivated(give_up_places)
    account.when_deactivated(release_reviews_of)


def _why_no_role(error: Invalid) -> str:
    if "user" in error.problems:
        return "A closed account gets no role; reopen it first."
    return "A contact needs --institution; the other roles have none."


def _link(session: Session, settings: Settings, person: User) -> str:
    """The address at which `person` chooses a password."""
    now = clock.now()
    token = links.invite_user(session, person.id, now=now)
    secret = links.issue_token_secret(session, token.id, now=now)
    return f"{settings.public_url}/uitnodiging/{secret}"


def _school(session: Session, named: str) -> Institution:
    school = find_institution(session, named)
    if school is None:
        raise click.ClickException(f"There is no institution {named}.")
    return school


def _find(session: Session, email: str) -> User:
    person = find_user_by_email(session, email)
    if person is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return person
