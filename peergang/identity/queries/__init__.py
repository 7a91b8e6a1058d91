"""Selects about people, signed-in browsers and links; institutions and affiliations have files of their own."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Row,
    Select,
    bindparam,
    exists,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.core.prepared import Prepared
from peergang.identity.models import (
    InstitutionAccount,
    Passkey,
    RoleGrant,
    SignInSession,
    SingleUseToken,
    User,
)
from peergang.identity.queries.factors import has_second_factor
from peergang.identity.rules import TokenPurpose, normal_email


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


def may_come_in(session: Session, user: User) -> bool:
    """Whether somebody was ever let in: they have a way to sign in, a role, or were invited, however long ago.

    Who only asked for a place, and was told no, is known by name and address alone. No link by mail is for them: a form
    that anybody can fill in would otherwise be a door.
    """
    if user.deactivated_at is not None:
        return False
    if user.password_hash is not None:
        return True
    invited = exists().where(
        SingleUseToken.user_id == user.id, SingleUseToken.purpose == TokenPurpose.INVITATION
    )
    owned = (exists().where(table.user_id == user.id) for table in (InstitutionAccount, Passkey, RoleGrant))
    return bool(session.scalar(select(or_(invited, *owned))))


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
UnreadOf = Callable[[InstrumentedAttribute[UUID], ColumnElement[datetime]], ColumnElement[int]]
RefusesOf = Callable[[InstrumentedAttribute[str]], ColumnElement[bool]]


def _aggregate(roles_of: RolesOf) -> ColumnElement[Any]:
    """All (role, scope) pairs of the person of the surrounding select, as a list of pairs in one jsonb value."""
    pairs = roles_of(SignInSession.user_id)
    listed = func.jsonb_agg(func.jsonb_build_array(*pairs.selected_columns))
    in_one = pairs.with_only_columns(listed).correlate(SignInSession).scalar_subquery()
    return func.coalesce(in_one, func.jsonb_build_array())


@cache
def _select_signed_in(
    sources: tuple[RolesOf, ...], unread: UnreadOf | None, refuses: RefusesOf | None
) -> Prepared:
    """Made once for the features that the application has."""
    now: ColumnElement[datetime] = bindparam("now", type_=DateTime(timezone=True))
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
            func.coalesce(SignInSession.proved_at, SignInSession.created_at).label("proved_at"),
            func.coalesce(SignInSession.last_used_at, SignInSession.created_at).label("used_at"),
            has_second_factor(SignInSession.user_id).label("has_second_factor"),
            func.jsonb_build_array(*(_aggregate(one) for one in sources)).label("roles"),
            (unread(SignInSession.user_id, now) if unread else literal(0)).label("unread"),
            (refuses(User.email) if refuses else false()).label("refuses_mail"),
        )
        .join(User, User.id == SignInSession.user_id)
        .where(
            SignInSession.token_hash == bindparam("token_hash"),
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
            User.deactivated_at.is_(None),
        )
    )


def find_signed_in(
    session: Session,
    token_hash: bytes,
    now: datetime,
    role_sources: tuple[RolesOf, ...] = (),
    unread: UnreadOf | None = None,
    refuses: RefusesOf | None = None,
) -> AnyRow | None:
    """The session and the person behind a cookie, with their roles, in one statement; None when it ended or they left.

    Columns: session_id, user_id, given_name, name_particle, family_name, email, locale, theme, proved_at, used_at,
    has_second_factor, roles (for each of `role_sources` a list of [role, scope as text or None]), unread (what `unread`
    counts, 0 without it), refuses_mail (what `refuses` says of their address).
    """
    return _select_signed_in(role_sources, unread, refuses).one_or_none(
        session, token_hash=token_hash, now=now
    )


def find_open_token(
    session: Session, token_hash: bytes, purpose: str, now: datetime, *, lock: bool = False
) -> Row[SingleUseToken, User] | None:
    """The link and its person while the link still works; None when it is unknown, used or expired.

    With `lock` the link is held until the end of the transaction, so that two clicks cannot both use it; its person
    is not: who gives them a place elsewhere would wait for them, while they wait for that place.
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
        statement = statement.with_for_update(of=SingleUseToken).execution_options(populate_existing=True)
    return session.execute(statement).one_or_none()
