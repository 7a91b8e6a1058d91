"""Who has which role of the network, and looking people up to give them one."""

import unicodedata
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.identity.models import Affiliation, Institution, RoleGrant, User
from peergang.identity.queries.affiliations import holds_on

MOST_FOUND = 25
"""Nobody reads further: who finds more types another letter."""

_giver = aliased(User)
NAME = (User.given_name, User.name_particle, User.family_name)


def fold(text: str) -> str:
    """`text` as it stands in sort keys: without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _grants() -> Select[*tuple[Any, ...]]:
    return (
        select(
            RoleGrant.id.label("grant_id"),
            RoleGrant.user_id,
            RoleGrant.role,
            RoleGrant.institution_id,
            RoleGrant.granted_at,
            *NAME,
            User.email,
            User.deactivated_at,
            Institution.name.label("institution_name"),
            RoleGrant.granted_by_id,
            _giver.given_name.label("giver_given_name"),
            _giver.name_particle.label("giver_name_particle"),
            _giver.family_name.label("giver_family_name"),
        )
        .join(User, User.id == RoleGrant.user_id)
        .outerjoin(Institution, Institution.id == RoleGrant.institution_id)
        .outerjoin(_giver, _giver.id == RoleGrant.granted_by_id)
    )


def list_grants(session: Session, user_id: UUID | None = None) -> Rows:
    """Roles of the network, by role and then by name; of one person, when given.

    Columns: grant_id, user_id, role, institution_id, granted_at, given_name, name_particle, family_name, email,
    deactivated_at, institution_name, granted_by_id, giver_given_name, giver_name_particle, giver_family_name.
    """
    statement = _grants().order_by(RoleGrant.role, User.sort_key, Institution.name, RoleGrant.id)
    if user_id is not None:
        statement = statement.where(RoleGrant.user_id == user_id)
    return session.execute(statement).all()


def get_grant(session: Session, grant_id: UUID) -> AnyRow:
    """One role of somebody, with the columns of `list_grants`.

    Raises:
        NotFound: when there is none.
    """
    row = session.execute(_grants().where(RoleGrant.id == grant_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_people(session: Session, search: str, today: date) -> Rows:
    """People in whose name or address every word of `search` occurs, by name, at most MOST_FOUND; closed accounts too.

    Columns: id, given_name, name_particle, family_name, email, deactivated_at, institution_name (where they work today).
    """
    words = search.split()
    statement = (
        select(User.id, *NAME, User.email, User.deactivated_at, Institution.name.label("institution_name"))
        .outerjoin(Affiliation, and_(Affiliation.user_id == User.id, holds_on(today)))
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .where(
            *(
                or_(
                    User.sort_key.contains(fold(word), autoescape=True),
                    User.email.contains(word.lower(), autoescape=True),
                )
                for word in words
            )
        )
        .order_by(User.sort_key, User.id)
        .limit(MOST_FOUND)
    )
    return session.execute(statement).all() if words else []


def get_person(session: Session, user_id: UUID, today: date) -> AnyRow:
    """One person, with the columns of `find_people`.

    Raises:
        NotFound: when there is none.
    """
    row = session.execute(
        select(User.id, *NAME, User.email, User.deactivated_at, Institution.name.label("institution_name"))
        .outerjoin(Affiliation, and_(Affiliation.user_id == User.id, holds_on(today)))
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .where(User.id == user_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_institution_choices(session: Session) -> list[tuple[str, str]]:
    """Every institution as (id, name), by name: for a list to choose from."""
    rows = session.execute(select(Institution.id, Institution.name).order_by(Institution.name))
    return [(str(one_id), name) for one_id, name in rows]
