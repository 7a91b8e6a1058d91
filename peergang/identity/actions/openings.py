"""Writing down who saw whose named data, and throwing the log away when it has served."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.permissions import Actor
from peergang.identity.actions.audit import erasing
from peergang.identity.models import AuditEvent, DataOpening

AT_ONCE = 4000
"""So many people in one statement; PostgreSQL takes 65,535 parameters, and each has eight."""


def record_opening(
    session: Session,
    actor: Actor,
    people: Iterable[UUID],
    page: str,
    *,
    now: datetime,
    exported: bool = False,
    reason: str = "",
) -> None:
    """Write down that the actor saw named data of `people` on `page`, a stable code; called after the page's own policy.

    One row for each person, viewer and day. That something was taken along as a file, or read for a
    reason, weighs more than a look and takes the place of it. Nobody's own data counts.
    """
    viewer, day = actor.user_id, local_date(now)
    # Sorted, so that two pages about the same people lock their rows in one order.
    rows = [
        {"user_id": one, "viewer_id": viewer, "opened_on": day, "at": now, "page": page}
        for one in sorted(set(people))
        if one != viewer
    ]
    if viewer is None or not rows:
        return
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        _keep_weightiest(session, [row | {"exported": exported, "reason": reason} for row in some])


def _keep_weightiest(session: Session, rows: list[dict[str, object]]) -> None:
    seen = insert(DataOpening).values(rows)
    new, old = seen.excluded, DataOpening
    weightier = (new.exported & ~old.exported) | ((new.reason != "") & (old.reason == ""))
    session.execute(
        seen.on_conflict_do_update(
            index_elements=["user_id", "viewer_id", "opened_on"],
            set_={
                "at": new.at,
                "page": new.page,
                "exported": new.exported | old.exported,
                "reason": new.reason,
            },
            where=weightier,
        )
    )


def forget_old_audit(session: Session, *, keep_days: int, now: datetime) -> int:
    """Remove from the log what is older than `keep_days`; the platform itself does this every night.

    Returns:
        How many rows were removed.
    """
    before = now - timedelta(days=keep_days)
    options = {"synchronize_session": False}
    old = (
        delete(AuditEvent).where(AuditEvent.at < before),
        delete(DataOpening).where(DataOpening.at < before),
    )
    with erasing(session):
        return sum(session.execute(one, execution_options=options).rowcount for one in old)  # type: ignore[attr-defined]
