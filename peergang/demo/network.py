"""The network before any cohort: the organisers, the institutions and their contact persons."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peergang.core.permissions import SYSTEM, Actor
from peergang.demo.accounts import DEMO_PASSWORD
from peergang.demo.cast import CONTACTS, PEOPLE, SCHOOLS, Person
from peergang.demo.holidays import keep_holidays
from peergang.identity.actions.institutions import create_institution
from peergang.identity.actions.links import accept_invitation, invite_user, issue_token_secret
from peergang.identity.actions.people import create_user, set_affiliation
from peergang.identity.actions.roles import grant_role
from peergang.identity.models import User
from peergang.identity.queries import find_user_by_email
from peergang.identity.rules import Role

LONG_BEFORE = timedelta(days=380)


def make_network(session: Session, anchor: datetime) -> None:
    """Make the accounts that exist before the first cohort, a good year before `anchor`."""
    now = anchor - LONG_BEFORE
    lotte = _account(session, PEOPLE["lotte"], now)
    # The command line may give roles, as it does for the first organiser of a real platform.
    grant_role(session, SYSTEM, lotte.id, Role.ORGANISER, now=now)
    _choose_password(session, lotte, now)
    wout = _account(session, PEOPLE["wout"], now)
    grant_role(session, SYSTEM, wout.id, Role.ORGANISER, now=now)
    grant_role(session, SYSTEM, wout.id, Role.ADMIN, now=now)
    organiser = Actor(lotte.id, is_organiser=True)
    keep_holidays(session, organiser, now=now)
    ids = {}
    for one in SCHOOLS:
        made = create_institution(
            session,
            organiser,
            brin=one.brin,
            name=one.name,
            aliases=one.aliases,
            place=one.place,
            now=now,
        )
        ids[one.key] = made.id
    for who, school in CONTACTS.items():
        person = PEOPLE[who]
        user = _account(session, person, now)
        set_affiliation(session, organiser, user.id, ids[school], now=now, job_title=person.job)
        grant_role(session, SYSTEM, user.id, Role.CONTACT, ids[school], now=now)
    # The rest of the network has chosen the same password; hashing it again for each would take seconds.
    session.flush()
    for who in ("wout", *CONTACTS):
        user_of(session, PEOPLE[who]).password_hash = lotte.password_hash
    session.flush()


def user_of(session: Session, person: Person) -> User:
    """The account of somebody of the cast that was just made."""
    user = find_user_by_email(session, person.email)
    assert user is not None
    return user


def _account(session: Session, person: Person, now: datetime) -> User:
    return create_user(
        session,
        SYSTEM,
        given_name=person.given_name,
        particle=person.particle,
        family_name=person.family_name,
        email=person.email,
        now=now,
    )


def _choose_password(session: Session, user: User, now: datetime) -> None:
    token = invite_user(session, user.id, now=now)
    secret = issue_token_secret(session, token.id, now=now)
    accept_invitation(session, secret, DEMO_PASSWORD, now=now)
