"""Selects about people and institutions."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.identity.models import RoleGrant


def list_roles(session: Session, user_id: UUID) -> Iterable[tuple[str, UUID | None]]:
    """The roles of `user_id` for the network and for institutions, as (role, institution id or None)."""
    rows = session.execute(select(RoleGrant.role, RoleGrant.institution_id).where(RoleGrant.user_id == user_id))
    return [(role, institution_id) for role, institution_id in rows]
