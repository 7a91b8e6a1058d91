"""Asking every rule who asks for attention, and keeping what was found: often of the cohorts in which something changed,
nightly of all, because days pass without anybody doing anything.

What a rule finds is read once; then what no longer holds ends, what goes on is renewed, and what is new opens. Two
evaluations take turns by an advisory lock, and the unique indexes on open signals stand behind it. What changes while rules
are asked leaves a new mark; a cohort of which progress still has to be compiled keeps its marks until it is.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    String,
    Uuid,
    cast,
    column,
    delete,
    exists,
    func,
    literal,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.clock import local_date
from peergang.core.nightly import make_room
from peergang.progress.actions.forgetting import forget_old_risks
from peergang.progress.models import ProgressDirty, RiskMark, RiskSignal
from peergang.progress.queries.compiled import is_one_of
from peergang.progress.queries.risk_figures import list_judged
from peergang.progress.queries.risk_rules import risk_rules
from peergang.progress.queries.risk_rules.base import RiskRule

_LOCK = 6_161_002
"""Key of the advisory lock between two evaluations; any number that nothing else uses."""

_GOES_ON = RiskSignal.ended_at.is_(None)


def evaluate_marked(session: Session, *, now: datetime) -> int:
    """Ask all rules about the cohorts in which something changed. The platform itself does this every few minutes.

    Returns:
        How many cohorts were looked at; 0 also when another evaluation is busy, which leaves the marks for later.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
        return 0
    cohorts = _take_marks(session)
    if cohorts:
        _evaluate(session, now, cohorts)
    return len(cohorts)


def evaluate_all(session: Session, *, now: datetime) -> None:
    """Ask all rules about everybody, and forget what is too old. The platform itself does this every night."""
    make_room(session)
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    # A cohort that is not compiled yet is looked at now as it was, and once more when it is.
    _take_marks(session)
    forget_old_risks(session, now=now)
    _evaluate(session, now, None)


def _take_marks(session: Session) -> set[UUID]:
    """Take away the marks of all cohorts of which progress is compiled, and give those cohorts."""
    not_compiled = (
        exists()
        .where(ProgressDirty.enrolment_id == Enrolment.id, Enrolment.cohort_id == RiskMark.cohort_id)
        .correlate(RiskMark)
    )
    return set(session.scalars(delete(RiskMark).where(~not_compiled).returning(RiskMark.cohort_id)))


def _evaluate(session: Session, now: datetime, only: Collection[UUID] | None) -> None:
    rules = risk_rules()
    judged = _judge(session, now, only, {name: rule for name, rule in rules.items() if rule.judge})
    among = true() if only is None else is_one_of(Cohort.id, list(only))
    for name, rule in rules.items():
        rows = judged.get(name, [])
        if rule.find:
            # Read once, so that what ends and what begins follow from one look at the facts.
            rows = [dict(row) for row in session.execute(rule.find(now, among), {"now": now}).mappings()]
        _keep(session, name, rule, rows, now, only)
    gone = RiskSignal.rule.not_in(list(rules))
    session.execute(_quietly(update(RiskSignal).where(gone, _GOES_ON).values(ended_at=now)))


def _judge(
    session: Session, now: datetime, only: Collection[UUID] | None, rules: dict[str, RiskRule]
) -> dict[str, list[dict[str, Any]]]:
    """What the rules about figures find, by rule."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in rules}
    today = local_date(now)
    for cell, days in list_judged(session, now, only):
        place = {"institution_id": cell.institution_id, "cohort_id": cell.cohort_id}
        for name, rule in rules.items():
            one = rule.judge(cell, days, today) if rule.judge else None
            if one is not None:
                found[name].append({**place, **one._asdict()})
    return found


def _keep(
    session: Session,
    name: str,
    rule: RiskRule,
    rows: Sequence[dict[str, Any]],
    now: datetime,
    only: Collection[UUID] | None,
) -> None:
    """End what was not found, or has another cause where that is another matter; then open or renew what was."""
    who = "enrolment_id" if rule.of_people else "institution_id"
    key = [who] if rule.of_people else [who, "cohort_id"]
    same = [*key, "cause"] if rule.another_cause_is_another else key
    found = _as_relation(rows, who)
    holds = exists().where(*(found.c[one] == getattr(RiskSignal, one) for one in same)).correlate(RiskSignal)
    over: list[ColumnElement[bool]] = [RiskSignal.rule == name, _GOES_ON, ~holds]
    if only is not None:
        over.append(is_one_of(RiskSignal.cohort_id, list(only)))
    session.execute(_quietly(update(RiskSignal).where(*over).values(ended_at=now)))
    if rows:
        session.execute(_open_or_renew(name, found, who, key, now))


def _open_or_renew(name: str, found: Any, who: str, key: list[str], now: datetime) -> Insert:
    moment = literal(now, DateTime(timezone=True))
    values = (found.c[one] for one in (who, "cohort_id", "cause", "since", "values"))
    columns = ["rule", who, "cohort_id", "cause", "since", "values", "opened_at", "seen_at"]
    given = select(literal(name, String), *values, moment, moment)
    # Without the defaults of the model: one id made here would be that of every row.
    statement = insert(RiskSignal).from_select(columns, given, include_defaults=False)
    # `cause` and `opened_at` stay what they were when it began.
    return statement.on_conflict_do_update(
        index_elements=[*key, "rule"],
        index_where=text("ended_at IS NULL"),
        set_={one: statement.excluded[one] for one in ("since", "values", "seen_at")},
    )


def _as_relation(rows: Sequence[dict[str, Any]], who: str) -> Any:
    """Rows from Python as a relation; one parameter, however many there are."""
    return (
        func.jsonb_to_recordset(cast(literal(json.dumps(rows, default=str), String), JSONB))
        .table_valued(
            column(who, Uuid),
            column("cohort_id", Uuid),
            column("cause", String),
            column("since", Date),
            column("values", JSONB),
        )
        .render_derived(name="found", with_types=True)
    )


def _quietly(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)
