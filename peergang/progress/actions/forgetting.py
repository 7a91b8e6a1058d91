"""What is kept no longer than it serves: words about people, and signals of cohorts that ended long ago."""

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.clock import local_date
from peergang.identity.models import User
from peergang.progress.models import CallNote, RiskDismissal, RiskSignal
from peergang.progress.rules.risks import KEPT


def forget_words_about(session: Session, user_id: UUID) -> None:
    """Throw away what was noted about somebody, why signals about them were set aside, and their name where it stands as who
    was spoken to. What they noted about others stays, without them. Called by erasure, after its own policy, while the name is
    still known.
    """
    places = select(Enrolment.id).where(Enrolment.user_id == user_id)
    session.execute(delete(CallNote).where(CallNote.enrolment_id.in_(places)))
    _empty(session, RiskDismissal, RiskDismissal.enrolment_id.in_(places), reason="")
    names = session.execute(select(User.given_name, User.family_name).where(User.id == user_id)).one_or_none()
    words = [name for name in names or () if name]
    if words:
        mentioned = and_(*(_names(CallNote.spoke_with, word) for word in words))
        _empty(session, CallNote, mentioned, spoke_with="")
    _empty(session, CallNote, CallNote.written_by_id == user_id, written_by_id=None)
    _empty(session, RiskDismissal, RiskDismissal.dismissed_by_id == user_id, dismissed_by_id=None)
    _empty(session, RiskDismissal, RiskDismissal.undone_by_id == user_id, undone_by_id=None)


def forget_old_risks(session: Session, *, now: datetime) -> None:
    """Remove signals, dismissals and notes a year after their cohort ended. The platform itself does this every night."""
    limit: date = local_date(now) - KEPT
    ended = select(Cohort.id).where(Cohort.ends_on < limit)
    for table in (RiskSignal, RiskDismissal):
        session.execute(_quietly(delete(table).where(table.cohort_id.in_(ended))))
    old = or_(
        CallNote.cohort_id.in_(ended), and_(CallNote.cohort_id.is_(None), CallNote.called_at < now - KEPT)
    )
    session.execute(_quietly(delete(CallNote).where(old)))


def _names(text: Any, name: str) -> ColumnElement[bool]:
    """Whether `name` stands in `text` as a word of its own: An is not in Jan."""
    end = "[^[:alnum:]]"
    found: ColumnElement[bool] = text.regexp_match(f"(^|{end}){re.escape(name)}($|{end})", flags="i")
    return found


def _empty(session: Session, table: Any, condition: ColumnElement[bool], **values: Any) -> None:
    session.execute(_quietly(update(table).where(condition).values(**values)))


def _quietly(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)
