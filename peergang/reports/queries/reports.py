"""Somebody's own reports. Nobody sees those of another."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, any_, func, select
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.identity.models import User
from peergang.reports.models import Report
from peergang.reports.rules.states import State

MOST_SHOWN = 100
"""Nobody looks further back; a report stays in the list for a month."""

_SHOWN = select(
    Report.id,
    Report.kind,
    Report.query,
    Report.format,
    Report.state,
    Report.reason,
    Report.done,
    Report.total,
    Report.name,
    Report.title,
    Report.size,
    Report.storage_key,
    Report.subscription_id,
    Report.for_day,
    Report.asked_at,
    Report.ready_at,
    Report.expires_at,
    Report.fetched_at,
    func.cardinality(Report.people).label("named"),
).where(Report.state != State.REMOVED)


def list_reports(session: Session, actor: Actor) -> Rows:
    """One's own reports, the latest first. Columns: id, kind, query, format, state, reason, done, total, name, title, size,
    storage_key, subscription_id, for_day, asked_at, ready_at, expires_at, fetched_at, named.
    """
    own = _SHOWN.where(Report.user_id == actor.user_id)
    return session.execute(own.order_by(Report.asked_at.desc(), Report.id).limit(MOST_SHOWN)).all()


def get_report(session: Session, actor: Actor, report_id: UUID) -> AnyRow:
    """One of one's own reports, with the columns of `list_reports`.

    Raises:
        NotFound: when there is none, or it is somebody else's.
    """
    statement = _SHOWN.where(Report.id == report_id, Report.user_id == actor.user_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def names_erased() -> ColumnElement[bool]:
    """Whether a file names somebody who was erased since."""
    erased = select(User.id).where(User.erased_at.is_not(None), User.id == any_(Report.people))
    return erased.correlate(Report).exists()


def is_over(session: Session, report_id: UUID) -> bool:
    """Whether a file may be given to nobody any more, because it names somebody who was erased."""
    return session.scalar(select(Report.id).where(Report.id == report_id, names_erased())) is not None


def list_people_in(session: Session, report_id: UUID) -> list[UUID]:
    """Who is named in the file."""
    return list(session.scalar(select(Report.people).where(Report.id == report_id)) or ())


def list_unfinished(session: Session, now: datetime) -> list[UUID]:
    """Reports that wait, and those whose worker said nothing for a while; the oldest first."""
    waiting = (Report.state == State.REQUESTED) | (
        (Report.state == State.RUNNING) & (Report.lease_until < now)
    )
    return list(session.scalars(select(Report.id).where(waiting).order_by(Report.asked_at)))
