"""Selects about people, institutions, signed-in browsers and links."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.core.prepared import Prepared
from peergang.identity.models import Affiliation, Institution, RoleGrant, SignInSession, SingleUseToken, User
from peergang.identity.rules import match_key, normal_email


def select_roles(user_id: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> Select[str, UUID | None]:
    """The roles of somebody for the network and for institutions, as (role, institution id or None)."""
    return select(RoleGrant.role, RoleGrant.institution_id).where(RoleGrant.user_id == user_id)


_ROLES = Prepared(select_roles(bindparam("user_id")))


def list_roles(session: Session, user_id: UUID) -> Iterable[tuple[str, UUID | None]]:
    """The roles of `user_id` for the network and for institutions, as (role, institution id or None)."""
    return [(role, institution_id) for role, institution_id in _ROLES.all(session, user_id=user_id)]


def find_user_by_email(session: Session, email: str) -> User | None:
    """The person with this address, whatever its capitals; also one who was deactivated."""
    plain = normal_email(email)
    # PostgreSQL cannot store NUL, and an address never holds one.
    if "\x00" in plain:
        return None
    return session.scalar(select(User).where(func.lower(User.email) == plain))


def get_user(session: Session, user_id: UUID) -> User:
    """The person with this id.

    Raises:
        NotFound: when there is none.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


RolesOf = Callable[[InstrumentedAttribute[UUID]], Select[str, UUID | None]]


def _aggregate(roles_of: RolesOf) -> ColumnElement[Any]:
    """All (role, scope) pairs of the person of the surrounding select, as a list of pairs in one jsonb value."""
    pairs = roles_of(SignInSession.user_id)
    listed = func.jsonb_agg(func.jsonb_build_array(*pairs.selected_columns))
    in_one = pairs.with_only_columns(listed).correlate(SignInSession).scalar_subquery()
    return func.coalesce(in_one, func.jsonb_build_array())


@cache
def _select_signed_in(sources: tuple[RolesOf, ...]) -> Prepared:
    """Made once for the features that the application has."""
    return Prepared(
        select(
            SignInSession.id.label("session_id"),
            SignInSession.user_id,
            User.given_name,
            User.name_particle,
            User.family_name,
            User.email,
            User.locale,
            User.theme,
            func.jsonb_build_array(*(_aggregate(one) for one in sources)).label("roles"),
        )
        .join(User, User.id == SignInSession.user_id)
        .where(
            SignInSession.token_hash == bindparam("token_hash"),
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > bindparam("now"),
            User.deactivated_at.is_(None),
        )
    )


def find_signed_in(
    session: Session, token_hash: bytes, now: datetime, role_sources: tuple[RolesOf, ...] = ()
) -> AnyRow | None:
    """The session and the person behind a cookie, with their roles, in one statement; None when it ended or they left.

    Columns: session_id, user_id, given_name, name_particle, family_name, email, locale, theme, roles (for each of
    `role_sources` a list of [role, scope as text or None]).
    """
    return _select_signed_in(role_sources).one_or_none(session, token_hash=token_hash, now=now)


def list_sign_ins(session: Session, user_id: UUID, now: datetime) -> Sequence[Row[UUID, str, datetime]]:
    """The browsers in which somebody is signed in now, the newest first, as (id, device, created_at)."""
    return session.execute(
        select(SignInSession.id, SignInSession.device, SignInSession.created_at)
        .where(
            SignInSession.user_id == user_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
        )
        .order_by(SignInSession.created_at.desc())
    ).all()


def find_open_token(
    session: Session, token_hash: bytes, purpose: str, now: datetime, *, lock: bool = False
) -> Row[SingleUseToken, User] | None:
    """The link and its person while the link still works; None when it is unknown, used or expired.

    With `lock` the link is held until the end of the transaction, so that two clicks cannot both use it.
    """
    statement = (
        select(SingleUseToken, User)
        .join(User, User.id == SingleUseToken.user_id)
        .where(
            SingleUseToken.token_hash == token_hash,
            SingleUseToken.purpose == purpose,
            SingleUseToken.used_at.is_(None),
            SingleUseToken.expires_at > now,
            User.deactivated_at.is_(None),
        )
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.execute(statement).one_or_none()


def find_current_affiliation(session: Session, user_id: UUID) -> Affiliation | None:
    """Where somebody works now."""
    return session.scalar(
        select(Affiliation).where(Affiliation.user_id == user_id, Affiliation.valid_until.is_(None))
    )


def list_institutions(
    session: Session, search: str = ""
) -> Sequence[Row[UUID, str, str, str, list[str], int]]:
    """Institutions by name, as (id, brin, name, place, aliases, people), where people work there now.

    `search` is looked for in the BRIN, the name, the aliases and the place.
    """
    people = func.count(Affiliation.id)
    statement = (
        select(
            Institution.id,
            Institution.brin,
            Institution.name,
            Institution.place,
            Institution.aliases,
            people.label("people"),
        )
        .outerjoin(
            Affiliation, (Affiliation.institution_id == Institution.id) & Affiliation.valid_until.is_(None)
        )
        .group_by(Institution.id)
        .order_by(func.lower(Institution.name))
    )
    if search:
        columns = (
            Institution.brin,
            Institution.name,
            Institution.place,
            func.array_to_string(Institution.aliases, " "),
        )
        statement = statement.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    return session.execute(statement).all()


def get_institution(session: Session, institution_id: UUID) -> Institution:
    """The institution with this id.

    Raises:
        NotFound: when there is none.
    """
    institution = session.get(Institution, institution_id)
    if institution is None:
        raise NotFound
    return institution


def list_institution_keys(session: Session) -> dict[str, UUID]:
    """Everything that names an institution (BRIN, name, aliases; see `match_key`) → its id, in one statement.

    For imports: look every row up in this dictionary. A BRIN wins over a name, and a name over an alias.
    """
    rows = session.execute(
        select(Institution.id, Institution.brin, Institution.name, Institution.aliases)
    ).all()
    keys: dict[str, UUID] = {}
    for row in rows:
        keys.update({match_key(alias): row.id for alias in row.aliases})
    keys.update({match_key(row.name): row.id for row in rows})
    keys.update({match_key(row.brin): row.id for row in rows})
    return keys


def find_institution(session: Session, wanted: str) -> Institution | None:
    """The institution with this BRIN, name or alias, whatever its capitals, spaces and signs."""
    found = list_institution_keys(session).get(match_key(wanted))
    return session.get(Institution, found) if found else None
