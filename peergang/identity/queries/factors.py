"""Selects about passkeys, codes, and sign-ins that are half-way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarResult, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from peergang.core.db import AnyRow
from peergang.core.errors import NotFound
from peergang.identity.models.access import RoleGrant, SignInSession
from peergang.identity.models.factors import HalfSignIn, Passkey, RecoveryCode, Totp
from peergang.identity.models.person import User
from peergang.identity.rules.second_factor import Factors

WITH_DUTY = ("admin", "organiser")
"""Roles whose owners must have a second factor where the installation demands it."""


def has_second_factor(user_id: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether a person has a passkey or an app with codes, for use inside another select."""
    return or_(
        exists().where(Passkey.user_id == user_id),
        exists().where(Totp.user_id == user_id, Totp.confirmed_at.is_not(None)),
    )


def find_factors(session: Session, user_id: UUID) -> Factors:
    """What somebody has beside a password."""
    passkeys, totp, codes = session.execute(
        select(
            _count(Passkey.user_id, user_id),
            select(exists().where(Totp.user_id == user_id, Totp.confirmed_at.is_not(None))).scalar_subquery(),
            _count(RecoveryCode.user_id, user_id, RecoveryCode.used_at.is_(None)),
        )
    ).one()
    return Factors(passkeys=passkeys, totp=totp, codes=codes)


def _count(owner: InstrumentedAttribute[UUID], user_id: UUID, *more: ColumnElement[bool]) -> Any:
    return select(func.count()).where(owner == user_id, *more).scalar_subquery()


def has_duty(session: Session, user_id: UUID) -> bool:
    """Whether somebody has a role for which a second factor may be demanded."""
    statement = select(exists().where(RoleGrant.user_id == user_id, RoleGrant.role.in_(WITH_DUTY)))
    return bool(session.scalar(statement))


def list_passkeys(session: Session, user_id: UUID) -> Sequence[Passkey]:
    """The passkeys of somebody, the oldest first."""
    return session.scalars(
        select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.created_at, Passkey.id)
    ).all()


def get_passkey(session: Session, user_id: UUID, passkey_id: UUID) -> Passkey:
    """A passkey of this person.

    Raises:
        NotFound: when there is none, or it is somebody else's.
    """
    found: ScalarResult[Passkey] = session.scalars(
        select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id)
    )
    passkey = found.one_or_none()
    if passkey is None:
        raise NotFound
    return passkey


def find_totp(session: Session, user_id: UUID, *, confirmed: bool) -> Totp | None:
    """The app with codes of somebody: the confirmed one, or the one that still waits for its first code."""
    totp = session.get(Totp, user_id)
    return totp if totp is not None and (totp.confirmed_at is not None) is confirmed else None


def find_half(session: Session, token_hash: bytes, now: datetime, *, lock: bool = False) -> HalfSignIn | None:
    """The half sign-in behind a browser's token, while it lasts and its owner may come in."""
    statement = (
        select(HalfSignIn)
        .join(User, User.id == HalfSignIn.user_id)
        .where(
            HalfSignIn.token_hash == token_hash,
            HalfSignIn.expires_at > now,
            User.deactivated_at.is_(None),
        )
    )
    if lock:
        statement = statement.with_for_update(of=HalfSignIn).execution_options(populate_existing=True)
    return session.scalar(statement)


def list_sign_ins(session: Session, user_id: UUID, now: datetime) -> Sequence[AnyRow]:
    """The browsers in which somebody is signed in now, the last used first.

    Columns: id, device, address, created_at, used_at.
    """
    used_at = func.coalesce(SignInSession.last_used_at, SignInSession.created_at)
    return session.execute(
        select(
            SignInSession.id,
            SignInSession.device,
            SignInSession.address,
            SignInSession.created_at,
            used_at.label("used_at"),
        )
        .where(
            SignInSession.user_id == user_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > now,
        )
        .order_by(used_at.desc(), SignInSession.id)
    ).all()
