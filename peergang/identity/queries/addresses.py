"""Selects about addresses that wait for their proof."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow
from peergang.identity.models import SingleUseToken, User
from peergang.identity.rules import TokenPurpose


def find_wanted_address(session: Session, user_id: UUID, now: datetime) -> AnyRow | None:
    """The address that somebody wants and has not proved yet, as (id, address, requested_at, expires_at)."""
    return session.execute(
        select(
            SingleUseToken.id,
            SingleUseToken.address,
            SingleUseToken.requested_at,
            SingleUseToken.expires_at,
        )
        .where(
            SingleUseToken.user_id == user_id,
            SingleUseToken.purpose == TokenPurpose.ADDRESS_PROOF,
            SingleUseToken.used_at.is_(None),
            SingleUseToken.expires_at > now,
        )
        .order_by(SingleUseToken.requested_at.desc(), SingleUseToken.id)
        .limit(1)
    ).first()


def list_wanted(session: Session, ids: set[UUID]) -> dict[UUID, AnyRow]:
    """These wishes, as (id, address, expires_at, taken): whether another person has the address."""
    taken = exists().where(
        func.lower(User.email) == SingleUseToken.address, User.id != SingleUseToken.user_id
    )
    rows = session.execute(
        select(
            SingleUseToken.id, SingleUseToken.address, SingleUseToken.expires_at, taken.label("taken")
        ).where(SingleUseToken.id.in_(ids), SingleUseToken.purpose == TokenPurpose.ADDRESS_PROOF)
    )
    return {row.id: row for row in rows}
