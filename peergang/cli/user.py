"""`peergang user …`: people, roles and passwords, for who installs the platform and for the day the mail is broken."""

import click
from sqlalchemy.orm import Session

from peergang.cli.database import open_engine, read_settings
from peergang.core import clock
from peergang.core.db import transaction
from peergang.core.errors import Invalid
from peergang.core.permissions import SYSTEM
from peergang.identity.actions import account, links, people, roles
from peergang.identity.models import User
from peergang.identity.queries import find_institution, find_user_by_email
from peergang.identity.rules import Role

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
def add(email: str, given_name: str, family_name: str, particle: str, role: str | None) -> None:
    """Add a person and print the link with which they choose a password."""
    now = clock.now()
    with open_engine() as engine, transaction(engine) as session:
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
        token = links.invite_user(session, person.id, now=now)
        secret = links.issue_token_secret(session, token.id, now=now)
    click.echo(f"{person.full_name} is added. The link works once, for thirty days:")
    click.echo(f"{read_settings().public_url}/uitnodiging/{secret}")


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
@click.argument("role", type=ROLE)
@click.option("--institution", help="BRIN or name; for a contact.")
@click.option("--revoke", is_flag=True, help="Take the role instead of giving it.")
def role(email: str, role: str, institution: str | None, revoke: bool) -> None:
    """Give somebody a role, or take it."""
    change = roles.revoke_role if revoke else roles.grant_role
    with open_engine() as engine, transaction(engine) as session:
        person = _find(session, email)
        school = find_institution(session, institution) if institution else None
        if institution and school is None:
            raise click.ClickException(f"There is no institution {institution}.")
        try:
            change(session, SYSTEM, person.id, Role(role), school.id if school else None, now=clock.now())
        except Invalid as error:
            raise click.ClickException("A contact needs --institution; the other roles have none.") from error
    click.echo(f"{person.full_name} {'no longer has' if revoke else 'has'} the role {role}.")


@user.command()
@click.argument("email")
@click.option("--reopen", is_flag=True, help="Open a closed account again.")
def close(email: str, reopen: bool) -> None:
    """Close somebody's account: they are signed out everywhere and cannot sign in. Their work stays."""
    change = account.reactivate_user if reopen else account.deactivate_user
    with open_engine() as engine, transaction(engine) as session:
        person = _find(session, email)
        change(session, SYSTEM, person.id, now=clock.now())
    click.echo(f"The account of {person.full_name} is {'open' if reopen else 'closed'}.")


def _find(session: Session, email: str) -> User:
    person = find_user_by_email(session, email)
    if person is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return person
