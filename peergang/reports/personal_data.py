"""What export and erasure do with the records of this feature."""

from typing import Any
from uuid import UUID

from sqlalchemy import any_, delete, or_, select, update
from sqlalchemy.orm import Session

from peergang.core.export import read_plain
from peergang.reports.models import Report, Subscription
from peergang.reports.rules.states import State

COLUMNS: dict[str, str] = {
    "report.user_id": "Exported as what one asked for; removed at erasure, with the file.",
    "report.people": "Who is named in a file, for a week; at erasure of one of them the file is removed at once.",
    "report_subscription.user_id": "Exported; removed at erasure.",
}


def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """What this person asked for, and what comes by itself. Not the files: those are about others, and stand a week."""
    asked = (
        select(Report.title, Report.kind, Report.query, Report.format, Report.asked_at, Report.fetched_at)
        .where(Report.user_id == user_id, Report.state != State.REMOVED)
        .order_by(Report.asked_at)
    )
    wanted = (
        select(
            Subscription.title,
            Subscription.kind,
            Subscription.query,
            Subscription.weekday,
            Subscription.created_at,
            Subscription.paused_at,
            Subscription.ended_at,
        )
        .where(Subscription.user_id == user_id)
        .order_by(Subscription.created_at)
    )
    return {"reports": read_plain(session, asked), "report_subscriptions": read_plain(session, wanted)}


def erase(session: Session, user_id: UUID) -> list[str]:
    """What they asked for goes, and so does every file of others in which their name stands. The keys of the files."""
    own, named = Report.user_id == user_id, any_(Report.people) == user_id
    keys = session.scalars(select(Report.storage_key).where(or_(own, named), Report.storage_key.is_not(None)))
    gone = [key for key in keys if key]
    unhook = {"synchronize_session": False}
    # One that is being made may name them too: its worker finds that it is not theirs any more, and it is made again. The
    # names that it wrote down already are those of that first time.
    unfinished = Report.state.in_((State.REQUESTED, State.RUNNING))
    again: dict[str, Any] = {"state": State.REQUESTED, "lease_token": None, "lease_until": None, "people": []}
    session.execute(update(Report).where(unfinished).values(**again), execution_options=unhook)
    emptied: dict[str, Any] = {"state": State.EXPIRED, "storage_key": None, "people": [], "size": 0}
    session.execute(update(Report).where(named, ~own).values(**emptied), execution_options=unhook)
    session.execute(delete(Report).where(own), execution_options=unhook)
    session.execute(delete(Subscription).where(Subscription.user_id == user_id), execution_options=unhook)
    session.expire_all()
    return gone
