"""What the use cases about signing in share: one at a time for each person, and the owner hears of every change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, NotFound
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import RecoveryCode, User
from peergang.identity.queries.factors import find_factors, has_duty


def lock_user(session: Session, user_id: UUID) -> User:
    """Hold somebody's row until the end, so that two windows cannot both remove the last factor but one.
    New rows may point at them meanwhile.

    Raises:
        NotFound: when there is no such person.
    """
    user = session.scalar(
        select(User)
        .where(User.id == user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if user is None:
        raise NotFound
    return user


def tell_owner(
    session: Session,
    actor: Actor | None,
    verb: str,
    user_id: UUID,
    details: dict[str, Any] | None = None,
    *,
    now: datetime,
) -> None:
    """Write down what changed about how somebody signs in, and have a mail about it planned
    (reminders/catalog/security_notice.py reads these events).
    """
    record_audit(session, actor, verb, "user", user_id, details, now=now)
    enqueue(session, Job.NOTICES_PLAN_RULE, "security_notice")


def keep_one_factor(session: Session, user_id: UUID, *, demanded: bool) -> None:
    """Refuse to take away the last factor of somebody who must have one. Their row is locked already.

    Raises:
        Conflict: `last_factor`.
    """
    if demanded and find_factors(session, user_id).last and has_duty(session, user_id):
        raise Conflict("last_factor")


def forget_codes_of_nothing(session: Session, user_id: UUID) -> None:
    """Recovery codes replace a factor; without one they open nothing and go."""
    session.flush()
    if not find_factors(session, user_id).any:
        session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
