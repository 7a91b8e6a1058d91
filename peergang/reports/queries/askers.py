"""Who a worker works for: the roles somebody has at this moment."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.queries.roles import list_roles as list_cohort_roles
from peergang.core.permissions import Actor
from peergang.identity.models import User
from peergang.identity.queries import list_roles


def find_asker(session: Session, user_id: UUID) -> Actor | None:
    """The person with the roles of now, as on a page of theirs; None for an account that was closed."""
    active = select(User.id).where(User.id == user_id, User.deactivated_at.is_(None))
    if session.scalar(active) is None:
        return None
    found = [*list_roles(session, user_id), *list_cohort_roles(session, user_id)]
    scopes: dict[str, set[UUID]] = {role: set() for role, _ in found}
    for role, scope in found:
        scopes[role] |= {scope} if scope else set()
    return Actor(
        user_id=user_id,
        is_admin="admin" in scopes,
        is_organiser="organiser" in scopes,
        contact_of=frozenset(scopes.get("contact", ())),
        trains=frozenset(scopes.get("trainer", ())),
        follows=frozenset(scopes.get("participant", ())),
    )
