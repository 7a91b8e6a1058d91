"""Selects about accounts of institutions, and about who is asked when one opens nothing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from peergang.core.db import Rows
from peergang.identity.models import (
    Institution,
    InstitutionAccount,
    InstitutionArrival,
    Passkey,
    RoleGrant,
    User,
)
from peergang.identity.queries.institutions import list_successors
from peergang.identity.rules import Role
from peergang.identity.rules.institutions import follow_mergers


def find_account(session: Session, issuer: str, subject: str) -> tuple[InstitutionAccount, User] | None:
    """The account with this key, and its person, also when they were deactivated."""
    found = session.execute(
        select(InstitutionAccount, User)
        .join(User, User.id == InstitutionAccount.user_id)
        .where(InstitutionAccount.issuer == issuer, InstitutionAccount.subject == subject)
    ).one_or_none()
    return (found[0], found[1]) if found else None


def list_accounts(session: Session, user_id: UUID) -> Sequence[InstitutionAccount]:
    """The accounts of institutions with which somebody signs in, the oldest first."""
    return session.scalars(
        select(InstitutionAccount)
        .where(InstitutionAccount.user_id == user_id)
        .order_by(InstitutionAccount.created_at, InstitutionAccount.id)
    ).all()


def has_other_way_in(session: Session, user_id: UUID, account_id: UUID, *, issuers: Sequence[str]) -> bool:
    """Whether somebody can sign in without this account: with a password, a passkey, or another account at a provider
    that this installation still uses.
    """
    return bool(
        session.scalar(
            select(
                exists().where(User.id == user_id, User.password_hash.is_not(None))
                | exists().where(Passkey.user_id == user_id)
                | exists().where(
                    InstitutionAccount.user_id == user_id,
                    InstitutionAccount.id != account_id,
                    InstitutionAccount.issuer.in_(issuers),
                )
            )
        )
    )


def is_new_here(session: Session, user: User) -> bool:
    """Whether somebody never had a way to sign in: they were added or invited, and no more."""
    if user.password_hash is not None:
        return False
    return not session.scalar(
        select(
            exists().where(InstitutionAccount.user_id == user.id) | exists().where(Passkey.user_id == user.id)
        )
    )


def find_told_institution(session: Session, brin: str, domain: str) -> UUID | None:
    """What the institution with this BRIN or sign-in domain is today; a BRIN says more than a domain."""
    found = None
    if brin:
        found = session.scalar(select(Institution.id).where(Institution.brin == brin))
    if found is None and domain:
        found = session.scalar(
            select(Institution.id).where(Institution.sso_domains.contains([domain])).limit(1)
        )
    if found is None:
        return None
    today = follow_mergers(list_successors(session), found)
    return session.scalar(
        select(Institution.id).where(Institution.id == today, Institution.valid_until.is_(None))
    )


def list_contacts(session: Session, institution_id: UUID) -> Rows:
    """The contact persons of an institution, by name. Columns: given_name, name_particle, family_name, email."""
    return session.execute(
        select(User.given_name, User.name_particle, User.family_name, User.email)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.institution_id == institution_id,
            RoleGrant.role == Role.CONTACT,
            User.deactivated_at.is_(None),
        )
        .order_by(User.sort_key, User.id)
    ).all()


def find_arrival(
    session: Session, token_hash: bytes, now: datetime, *, lock: bool = False
) -> InstitutionArrival | None:
    """The arrival of the browser that holds the token, while it lasts."""
    statement = select(InstitutionArrival).where(
        InstitutionArrival.token_hash == token_hash, InstitutionArrival.expires_at > now
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.scalar(statement)


def find_organiser_address(session: Session) -> str:
    """Where to ask when no contact is known: the address of the organiser who has been one longest, else of an admin."""
    return (
        session.scalar(
            select(User.email)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .where(RoleGrant.role.in_((Role.ORGANISER, Role.ADMIN)), User.deactivated_at.is_(None))
            .order_by(func.strpos(RoleGrant.role, Role.ADMIN), RoleGrant.granted_at, User.id)
            .limit(1)
        )
        or ""
    )
