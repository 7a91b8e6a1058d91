"""Asking for a report, trying it again, and wanting it no more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, NotFound
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.identity.models import User
from peergang.reports.kinds import get_kind, parse
from peergang.reports.models import Report
from peergang.reports.policy import can_use_reports
from peergang.reports.rules.states import Format, State

MOST_AT_ONCE = 5
"""So many reports of one person wait at once, so that nobody holds up the others."""

UNFINISHED = (State.REQUESTED, State.RUNNING)


def ask_report(
    session: Session,
    actor: Actor,
    kind: str,
    query: str,
    form: Format,
    *,
    locale: str,
    role: str,
    now: datetime,
) -> Report:
    """Ask for a table as a file, for who may see the table. Asked twice while it is being made, it is made once.

    Raises:
        NotFound: there is no such kind, or the query is none of its page.
        Conflict: reports_waiting, when MOST_AT_ONCE others are not finished.
    """
    require(can_use_reports(actor) and get_kind(kind).may(actor, parse(query)))
    waiting = _find_waiting(session, actor, kind, query, form)
    if waiting is not None:
        return waiting
    assert actor.user_id is not None
    report = Report(
        user_id=actor.user_id,
        kind=kind,
        query=query,
        format=form,
        locale=locale,
        role=role,
        asked_at=now,
    )
    session.add(report)
    session.flush()
    enqueue(session, Job.REPORTS_MAKE, report.id)
    return report


def _find_waiting(session: Session, actor: Actor, kind: str, query: str, form: Format) -> Report | None:
    """The same one that is not finished; locked, so that pressing twice at once finds it too."""
    own = _hold_unfinished(session, actor)
    same = own.where(Report.kind == kind, Report.query == query, Report.format == form)
    waiting = session.scalars(same.limit(1)).first()
    if waiting is None:
        _refuse_too_many(session, own)
    return waiting


def _hold_unfinished(session: Session, actor: Actor) -> Select[Report]:
    """What of somebody is not finished; until the end of this transaction nobody adds to it."""
    session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))
    return select(Report).where(Report.user_id == actor.user_id, Report.state.in_(UNFINISHED))


def _refuse_too_many(session: Session, own: Select[Report]) -> None:
    if (session.scalar(select(func.count()).select_from(own.subquery())) or 0) >= MOST_AT_ONCE:
        raise Conflict("reports_waiting")


def retry_report(session: Session, actor: Actor, report_id: UUID, *, now: datetime) -> Report:
    """Try one's own report again that failed or is gone; the table is that of now.

    Raises:
        NotFound: it is somebody else's, or not there.
        Conflict: report_not_failed; reports_waiting as in `ask_report`.
    """
    unfinished = _hold_unfinished(session, actor)
    report = _own(session, actor, report_id)
    require(get_kind(report.kind).may(actor, parse(report.query)))
    if report.state not in (State.FAILED, State.EXPIRED) or report.storage_key is not None:
        raise Conflict("report_not_failed")
    _refuse_too_many(session, unfinished)
    report.state, report.reason, report.tries = State.REQUESTED, "", 0
    report.done = report.total = 0
    report.asked_at, report.expires_at, report.ready_at, report.fetched_at = now, None, None, None
    enqueue(session, Job.REPORTS_MAKE, report.id)
    return report


def remove_report(session: Session, actor: Actor, report_id: UUID) -> None:
    """Want one's own report no more: a worker that makes it stops, and its file goes at once.

    Raises:
        NotFound: it is somebody else's, or not there.
    """
    report = _own(session, actor, report_id)
    report.state, report.lease_token, report.lease_until = State.REMOVED, None, None
    report.people = []
    enqueue(session, Job.REPORTS_CLEAN)


def note_fetched(session: Session, actor: Actor, report_id: UUID, *, now: datetime) -> None:
    """Remember that somebody has their file, so that nobody tells them about it."""
    report = _own(session, actor, report_id)
    report.fetched_at = report.fetched_at or now


def _own(session: Session, actor: Actor, report_id: UUID) -> Report:
    require(can_use_reports(actor))
    report = session.get(Report, report_id, with_for_update=True, populate_existing=True)
    if report is None or report.user_id != actor.user_id or report.state == State.REMOVED:
        raise NotFound
    return report
