"""People and where they work: one by one, and hundreds at once for an import."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions.affiliations import ensure_affiliations
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import User
from peergang.identity.policy import can_manage_people
from peergang.identity.queries import find_user_by_email
from peergang.identity.rules import clean_text, is_email, normal_email, sort_key


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody as an import names them; the institution is known already."""

    given_name: str
    particle: str
    family_name: str
    email: str
    institution_id: UUID
    job_title: str = ""


@dataclass(frozen=True, slots=True)
class EnsuredUser:
    """What became of a row: who it is, where they work now, and whether they were new or had been deactivated."""

    user_id: UUID
    affiliation_id: UUID
    created: bool
    deactivated: bool


def create_user(
    session: Session,
    actor: Actor,
    *,
    given_name: str,
    family_name: str,
    email: str,
    now: datetime,
    particle: str = "",
    locale: str = "nl",
) -> User:
    """Add a person; for organisers, admins and the command line. They have no password until they choose one.

    Raises:
        Forbidden: for anybody else.
        Invalid: {"given_name": "name_missing"}, {"email": "email_shape" | "email_taken"}.
    """
    require(can_manage_people(actor))
    _check_new(session, given_name, email)
    values = _person(given_name, particle, family_name, email, now) | {"locale": locale}
    user_id = session.scalar(
        insert(User).values(id=uuid4(), **values).on_conflict_do_nothing().returning(User.id)
    )
    if user_id is None:
        raise Invalid({"email": "email_taken"})
    record_audit(session, actor, "user_created", "user", user_id, now=now)
    return session.get_one(User, user_id)


def _check_new(session: Session, given_name: str, email: str) -> None:
    if not clean_text(given_name):
        raise Invalid({"given_name": "name_missing"})
    if not is_email(normal_email(email)):
        raise Invalid({"email": "email_shape"})
    if find_user_by_email(session, email) is not None:
        raise Invalid({"email": "email_taken"})


def find_or_create_user(
    session: Session,
    actor: Actor,
    *,
    given_name: str,
    family_name: str,
    email: str,
    now: datetime,
    particle: str = "",
    locale: str = "nl",
) -> User:
    """The person with this address, made when there is none, also when two ask for that at once.

    Raises:
        Forbidden, Invalid: as `create_user`, except that nobody's address is taken.
    """
    require(can_manage_people(actor))
    names = {"given_name": given_name, "particle": particle, "family_name": family_name}
    try:
        return create_user(session, actor, email=email, locale=locale, now=now, **names)
    except Invalid as error:
        found = find_user_by_email(session, email) if "email" in error.problems else None
        if found is None:
            raise
        return found


def ensure_users(session: Session, rows: Iterable[PersonRow], now: datetime) -> dict[str, EnsuredUser]:
    """The people with these addresses, made where there were none, now working at their institutions; at most seven
    statements for any number. Gives {e-mail: what became of it}.

    The caller has asked its own policy. A name that is known already stays as its owner spells it. Of two rows with one
    address the first counts.

    Raises:
        Invalid: {"email": "email_shape"} when any address cannot be one; nothing is done then.
    """
    people: dict[str, PersonRow] = {}
    for row in rows:
        people.setdefault(normal_email(row.email), row)
    if not all(is_email(email) for email in people):
        raise Invalid({"email": "email_shape"})
    if not people:
        return {}
    known = _users_by_email(session, people)
    missing = [email for email in people if email not in known]
    if missing:
        _insert_users(session, [people[email] for email in missing], now)
        known |= _users_by_email(session, missing)
    wanted = {known[email][0]: (row.institution_id, row.job_title) for email, row in people.items()}
    today = local_date(now)
    affiliations = ensure_affiliations(session, wanted, today, today)
    return {
        email: EnsuredUser(known[email][0], affiliations[known[email][0]], email in missing, known[email][1])
        for email in people
    }


def set_affiliation(
    session: Session, actor: Actor, user_id: UUID, institution_id: UUID, *, now: datetime, job_title: str = ""
) -> UUID:
    """Say where somebody works from today on; see `change_affiliation`, which also knows other days.

    Raises:
        Forbidden: for anybody else than organisers and the command line.
    """
    require(can_manage_people(actor))
    today = local_date(now)
    return ensure_affiliations(session, {user_id: (institution_id, job_title)}, today, today)[user_id]


def _users_by_email(session: Session, emails: Iterable[str]) -> dict[str, tuple[UUID, bool]]:
    rows = session.execute(
        select(User.email, User.id, User.deactivated_at).where(func.lower(User.email).in_(list(emails)))
    )
    return {email: (user_id, deactivated_at is not None) for email, user_id, deactivated_at in rows}


def _insert_users(session: Session, rows: list[PersonRow], now: datetime) -> None:
    values = [
        {"id": uuid4()} | _person(row.given_name, row.particle, row.family_name, row.email, now)
        for row in rows
    ]
    # Another import may add the same person at this moment: then theirs stands, and the next select finds it.
    session.execute(insert(User).on_conflict_do_nothing(), values)


def _person(given_name: str, particle: str, family_name: str, email: str, now: datetime) -> dict[str, Any]:
    given, middle, family = clean_text(given_name), clean_text(particle), clean_text(family_name)
    return {
        "given_name": given,
        "name_particle": middle,
        "family_name": family,
        "sort_key": sort_key(given, middle, family),
        "email": normal_email(email),
        "created_at": now,
    }
