"""Roles for the network or an institution; those in a cohort belong to enrolments."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import Institution, RoleGrant, User
from peergang.identity.policy import can_manage_roles, can_take_role
from peergang.identity.rules import Role

RoleEnded = Callable[[Session, UUID, datetime], None]
_when_role_ended: list[RoleEnded] = []


def when_role_ended(callback: RoleEnded) -> None:
    """Let a higher feature end what came with the role. Whoever starts a process with actions calls this."""
    if callback not in _when_role_ended:
        _when_role_ended.append(callback)


def grant_role(
    session: Session,
    actor: Actor,
    user_id: UUID,
    role: Role,
    institution_id: UUID | None = None,
    *,
    now: datetime,
) -> bool:
    """Give a role; for admins and the command line. Giving it twice changes nothing, and gives False.

    Raises:
        Forbidden: for anybody else.
        Invalid: {"institution": "required" | "not_allowed" | "unknown"}: a contact belongs to an institution, the others
            do not; {"user": "deactivated"}: a closed account gets no role.
    """
    require(can_manage_roles(actor))
    _check_scope(session, role, institution_id)
    closed = session.scalar(select(User.deactivated_at).where(User.id == user_id).with_for_update(read=True))
    if closed is not None:
        raise Invalid({"user": "deactivated"})
    values = {"user_id": user_id, "role": str(role), "institution_id": institution_id}
    moment = {"granted_at": now, "granted_by_id": actor.user_id}
    granted = session.execute(
        insert(RoleGrant).values(**values, **moment).on_conflict_do_nothing().returning(RoleGrant.id)
    ).first()
    if granted is None:
        return False
    record_audit(session, actor, "role_granted", "user", user_id, _details(role, institution_id), now=now)
    return True


def revoke_role(
    session: Session,
    actor: Actor,
    user_id: UUID,
    role: Role,
    institution_id: UUID | None = None,
    *,
    now: datetime,
) -> bool:
    """Take a role; for admins and the command line. Taking what somebody does not have changes nothing, and gives False.

    Raises:
        Forbidden: for anybody else, and for an admin who would take their own admin role.
        Conflict: "last_admin" when nobody who can sign in would be left to give roles.
    """
    require(can_take_role(actor, user_id, role))
    if role == Role.ADMIN:
        keep_an_admin(session, user_id)
    same_scope = RoleGrant.institution_id.is_not_distinct_from(institution_id)
    taken = session.execute(
        delete(RoleGrant)
        .where(RoleGrant.user_id == user_id, RoleGrant.role == str(role), same_scope)
        .returning(RoleGrant.id)
    ).first()
    if taken is None:
        return False
    record_audit(session, actor, "role_revoked", "user", user_id, _details(role, institution_id), now=now)
    for callback in _when_role_ended:
        callback(session, user_id, now)
    return True


def keep_an_admin(session: Session, user_id: UUID) -> None:
    """Refuse what would leave the platform without an admin; called before `user_id` stops being one.

    All admin roles are locked, in one order: two admins who take each other's role at once do it one after the other,
    and the second finds that nobody would be left.

    Raises:
        Conflict: "last_admin".
    """
    admins = session.execute(
        select(RoleGrant.user_id, User.deactivated_at)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.ADMIN)
        .order_by(RoleGrant.id)
        .with_for_update()
    ).all()
    active = {admin_id for admin_id, deactivated_at in admins if deactivated_at is None}
    if active == {user_id}:
        raise Conflict("last_admin")


def _check_scope(session: Session, role: Role, institution_id: UUID | None) -> None:
    if role == Role.CONTACT and institution_id is None:
        raise Invalid({"institution": "required"})
    if role != Role.CONTACT and institution_id is not None:
        raise Invalid({"institution": "not_allowed"})
    if institution_id is not None and session.get(Institution, institution_id) is None:
        raise Invalid({"institution": "unknown"})


def _details(role: Role, institution_id: UUID | None) -> dict[str, str]:
    details = {"role": str(role)}
    return details | {"institution_id": str(institution_id)} if institution_id else details
