"""Roles for the network or an institution; those in a cohort belong to enrolments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import RoleGrant
from peergang.identity.policy import can_manage_roles
from peergang.identity.rules import Role


def grant_role(
    session: Session,
    actor: Actor,
    user_id: UUID,
    role: Role,
    institution_id: UUID | None = None,
    *,
    now: datetime,
) -> None:
    """Give a role; for admins and the command line. Giving it twice changes nothing.

    Raises:
        Forbidden: for anybody else.
        Invalid: {"institution": "required" | "not_allowed"}: a contact belongs to an institution, the others do not.
    """
    require(can_manage_roles(actor))
    _check_scope(role, institution_id)
    granted = session.execute(
        insert(RoleGrant)
        .values(user_id=user_id, role=str(role), institution_id=institution_id, granted_at=now)
        .on_conflict_do_nothing()
        .returning(RoleGrant.id)
    ).first()
    if granted is not None:
        record_audit(session, actor, "role_granted", "user", user_id, _details(role, institution_id), now=now)


def revoke_role(
    session: Session,
    actor: Actor,
    user_id: UUID,
    role: Role,
    institution_id: UUID | None = None,
    *,
    now: datetime,
) -> None:
    """Take a role; for admins and the command line. Taking what somebody does not have changes nothing.

    Raises:
        Forbidden: for anybody else, and for an admin who would take their own admin role.
    """
    require(can_manage_roles(actor) and not (role == Role.ADMIN and actor.user_id == user_id))
    taken = session.execute(
        delete(RoleGrant)
        .where(
            RoleGrant.user_id == user_id,
            RoleGrant.role == str(role),
            RoleGrant.institution_id.is_not_distinct_from(institution_id),
        )
        .returning(RoleGrant.id)
    ).first()
    if taken is not None:
        record_audit(session, actor, "role_revoked", "user", user_id, _details(role, institution_id), now=now)


def _check_scope(role: Role, institution_id: UUID | None) -> None:
    if role == Role.CONTACT and institution_id is None:
        raise Invalid({"institution": "required"})
    if role != Role.CONTACT and institution_id is not None:
        raise Invalid({"institution": "not_allowed"})


def _details(role: Role, institution_id: UUID | None) -> dict[str, str]:
    details = {"role": str(role)}
    return details | {"institution_id": str(institution_id)} if institution_id else details
