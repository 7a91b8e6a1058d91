"""Which institutions ask for attention, why, whom to call and when somebody last did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, and_, bindparam, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort
from peergang.core.db import AnyRow
from peergang.core.prepared import Prepared
from peergang.identity.models import Institution
from peergang.progress.models import CallNote, RiskDismissal, RiskSignal
from peergang.progress.queries.facts import NOW
from peergang.progress.queries.participation import list_contacts
from peergang.progress.rules.moment import Moment

LAST = "no_contact"
"""What is said after all that happened."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is seen; templates/progress/risk_words.html says it."""

    rule: str
    since: date
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attention:
    """An institution that asks for attention, why, whom to call, and when somebody last did."""

    institution_id: str
    name: str
    reasons: Sequence[Reason]
    contacts: Sequence[AnyRow]
    opened_at: datetime
    last_call: datetime | None

    @property
    def is_talked_about(self) -> bool:
        """Whether somebody called since it began."""
        return self.last_call is not None and self.last_call >= self.opened_at


def _select_signals() -> Select[Any]:
    signal, no = RiskSignal, RiskDismissal
    set_aside = exists().where(
        no.institution_id == signal.institution_id,
        no.cohort_id == signal.cohort_id,
        no.rule == signal.rule,
        no.cause == signal.cause,
        no.dismissed_at <= NOW,
        or_(no.undone_at.is_(None), no.undone_at > NOW),
    )
    last_call = (
        select(func.max(CallNote.called_at))
        .where(CallNote.institution_id == signal.institution_id, CallNote.called_at <= NOW)
        .scalar_subquery()
    )
    return (
        select(
            cast(signal.institution_id, Text).label("institution_id"),
            Institution.name,
            signal.rule,
            signal.since,
            signal.values,
            signal.opened_at,
            last_call.label("last_call"),
        )
        .join(Institution, Institution.id == signal.institution_id)
        .join(Cohort, Cohort.id == signal.cohort_id)
        .where(
            and_(signal.opened_at <= NOW, or_(signal.ended_at.is_(None), signal.ended_at > NOW)),
            ~set_aside,
        )
        .order_by(signal.since, Cohort.starts_on, signal.id)
    )


_SIGNALS = Prepared(_select_signals())
_SIGNALS_OF_ONE = Prepared(
    _select_signals().where(RiskSignal.institution_id == bindparam("institution", type_=Uuid))
)


def list_attention(
    session: Session, at: Moment | datetime, institution_id: UUID | None = None
) -> list[Attention]:
    """The institutions (or one of them) with open signals at that moment, in two statements; most reasons first, then what
    lasts longest.
    """
    moment = Moment.of(at).at
    rows: Sequence[AnyRow]
    if institution_id is None:
        rows = _SIGNALS.all(session, now=moment)
    else:
        rows = _SIGNALS_OF_ONE.all(session, now=moment, institution=institution_id)
    contacts: dict[str, list[AnyRow]] = {}
    # An empty list still costs its statement: the number of statements must not depend on how things go.
    for one in list_contacts(session, {row.institution_id for row in rows}):
        contacts.setdefault(one.institution_id, []).append(one)
    grouped: dict[str, list[AnyRow]] = {}
    for row in rows:
        grouped.setdefault(row.institution_id, []).append(row)
    found = [_gather(key, mine, contacts.get(key, [])) for key, mine in grouped.items()]
    return sorted(found, key=lambda one: (-len(one.reasons), one.opened_at, one.name))


def _gather(institution_id: str, rows: Sequence[AnyRow], contacts: Sequence[AnyRow]) -> Attention:
    """Two cohorts may say the same, which is said once."""
    reasons: list[Reason] = []
    for row in sorted(rows, key=lambda row: row.rule == LAST):
        one = Reason(row.rule, row.since, row.values)
        if not any(one.rule == other.rule and one.values == other.values for other in reasons):
            reasons.append(one)
    return Attention(
        institution_id,
        rows[0].name,
        reasons,
        contacts,
        min(row.opened_at for row in rows),
        rows[0].last_call,
    )
