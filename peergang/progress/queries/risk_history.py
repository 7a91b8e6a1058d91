"""What was done about a signal, by whom and when: calls, reminders, more time, judgments, and setting it aside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Extension
from peergang.cohorts.queries.overrides import list_overrides
from peergang.core.db import AnyRow
from peergang.curriculum.models import Activity
from peergang.identity.models import User
from peergang.notifications.models import Notice
from peergang.progress.models import RiskDismissal, RiskSignal
from peergang.progress.queries.calls import list_calls, list_calls_about
from peergang.progress.queries.risk_rules import risk_rules


class Step(StrEnum):
    """What can have been done."""

    SEEN = "seen"
    ENDED = "ended"
    CALLED = "called"
    REMINDED = "reminded"
    EXTENDED = "extended"
    OVERRIDDEN = "overridden"
    DISMISSED = "dismissed"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class Done:
    """One line of the history; `row` holds what its sentence needs."""

    at: datetime
    step: Step
    row: Any = field(default=None, compare=False)


def list_done(session: Session, signal: AnyRow) -> list[Done]:
    """The history of a signal (a row of `get_risk`) with that of earlier ones for the same matter, the latest first."""
    found = [*_signals(session, signal), *_dismissals(session, signal)]
    if signal.enrolment_id is None:
        found += [
            Done(one.called_at, Step.CALLED, one) for one in list_calls(session, [signal.institution_id])
        ]
    else:
        found += [
            Done(one.called_at, Step.CALLED, one) for one in list_calls_about(session, signal.enrolment_id)
        ]
        found += _reminders(session, signal)
        found += _extensions(session, signal)
        found += [
            Done(one.made_at, Step.OVERRIDDEN, one)
            for one in list_overrides(session, signal.enrolment_id)
            if one.taken_back_at is None
        ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _same(table: Any, signal: AnyRow) -> Any:
    about = (
        table.enrolment_id == signal.enrolment_id
        if signal.enrolment_id is not None
        else and_(table.institution_id == signal.institution_id, table.cohort_id == signal.cohort_id)
    )
    return and_(about, table.rule == signal.rule)


def _signals(session: Session, signal: AnyRow) -> Iterable[Done]:
    statement = select(RiskSignal.opened_at, RiskSignal.ended_at).where(_same(RiskSignal, signal))
    for row in session.execute(statement):
        yield Done(row.opened_at, Step.SEEN)
        if row.ended_at is not None:
            yield Done(row.ended_at, Step.ENDED)


def _dismissals(session: Session, signal: AnyRow) -> Iterable[Done]:
    by, undone_by = aliased(User), aliased(User)
    rows = session.execute(
        select(
            RiskDismissal.reason,
            RiskDismissal.dismissed_at,
            RiskDismissal.undone_at,
            by.given_name,
            by.name_particle,
            by.family_name,
            undone_by.given_name.label("undone_given_name"),
            undone_by.name_particle.label("undone_name_particle"),
            undone_by.family_name.label("undone_family_name"),
        )
        .outerjoin(by, by.id == RiskDismissal.dismissed_by_id)
        .outerjoin(undone_by, undone_by.id == RiskDismissal.undone_by_id)
        .where(_same(RiskDismissal, signal), RiskDismissal.cause == signal.cause)
    )
    for row in rows:
        yield Done(row.dismissed_at, Step.DISMISSED, row)
        if row.undone_at is not None:
            yield Done(row.undone_at, Step.RECALLED, row)


def _reminders(session: Session, signal: AnyRow) -> Sequence[Done]:
    """What the ledger sent about this: by which rule and when. Its words are kept nowhere."""
    rule = risk_rules().get(signal.rule)
    rows = session.execute(
        select(Notice.rule, Notice.finished_at).where(
            Notice.rule.in_(rule.reminders if rule else ()),
            Notice.recipient_id == signal.user_id,
            Notice.state == "sent",
            Notice.finished_at.is_not(None),
            or_(Notice.cohort_id == signal.cohort_id, Notice.subject_id == signal.enrolment_id),
        )
    )
    return [Done(row.finished_at, Step.REMINDED, row) for row in rows]


def _extensions(session: Session, signal: AnyRow) -> Sequence[Done]:
    rows = session.execute(
        select(Extension.granted_at, Extension.due_at, Activity.title, Activity.title_en)
        .join(Activity, Activity.id == Extension.activity_id)
        .where(Extension.enrolment_id == signal.enrolment_id, Extension.revoked_at.is_(None))
    )
    return [Done(row.granted_at, Step.EXTENDED, row) for row in rows]
