"""Asking every rule who asks for attention, and keeping what was found: often of the cohorts in which something changed,
nightly of all, because days pass without anybody doing anything.

One statement a rule opens what holds now, brings what goes on up to date, and ends what no longer holds. Two evaluations take
turns by an advisory lock, and the unique indexes on open signals stand behind it. What changes while rules are asked
leaves a new mark; a cohort of which progress still has to be compiled keeps its marks until it is.
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
    Select,
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
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.clock import local_date
from peergang.progress.models import ProgressDirty, RiskMark, RiskSignal
from peergang.progress.queries.compiled import is_one_of
from peergang.progress.queries.risk_figures import list_judged
from peergang.progress.queries.risk_rules import risk_rules
from peergang.progress.queries.risk_rules.base import RiskRule

_LOCK = 6_161_002
"""Key of the advisory lock between two evaluations; any number that nothing else uses."""


def evaluate_marked(session: Session, *, now: datetime) -> int:
    """Ask all rules about the cohorts in which something changed. The platform itself does this every few minutes.

    Returns:
        How many cohorts were looked at; 0 also when another evaluation is busy, which leaves the marks for later.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
        return 0
    not_compiled = (
        exists()
        .where(ProgressDirty.enrolment_id == Enrolment.id, Enrolment.cohort_id == RiskMark.cohort_id)
        .correlate(RiskMark)
    )
    taken = session.scalars(delete(RiskMark).where(~not_compiled).returning(RiskMark.cohort_id)).all()
    cohorts = set(taken)
    if cohorts:
        _evaluate(session, now, cohorts)
    return len(cohorts)


def evaluate_all(session: Session, *, now: datetime) -> None:
    """Ask all rules about everybody. The platform itself does this every night."""
    session.execute(
        text(
            "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),"
            " set_config('work_mem', '64MB', true)"
        )
    )
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    session.execute(delete(RiskMark))
    _evaluate(session, now, None)


def _evaluate(session: Session, now: datetime, only: Collection[UUID] | None) -> None:
    rules = risk_rules()
    judged = _judge(session, now, only, {name: rule for name, rule in rules.items() if rule.judge})
    among = true() if only is None else is_one_of(Cohort.id, list(only))
    for name, rule in rules.items():
        found = rule.find(now, among) if rule.find else _as_relation(judged[name])
        _keep(session, name, rule, found, now, only)
    gone = RiskSignal.rule.not_in(list(rules))
    session.execute(update(RiskSignal).where(gone, RiskSignal.ended_at.is_(None)).values(ended_at=now))


def _judge(
    session: Session, now: datetime, only: Collection[UUID] | None, rules: dict[str, RiskRule]
) -> dict[str, list[dict[str, Any]]]:
    """What the rules about figures find, by rule."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in rules}
    today = local_date(now)
    for cell, days in list_judged(session, now, only):
        for name, rule in rules.items():
            one = rule.judge(cell, days, today) if rule.judge else None
            if one is not None:
                place = {"institution_id": cell.institution_id, "cohort_id": cell.cohort_id}
                found[name].append(
                    {**place, "cause": one.cause, "since": one.since.isoformat(), "values": one.values}
                )
    return found


def _as_relation(rows: Sequence[dict[str, Any]]) -> Select[Any]:
    given = (
        func.jsonb_to_recordset(cast(literal(json.dumps(rows), String), JSONB))
        .table_valued(
            column("institution_id", Uuid),
            column("cohort_id", Uuid),
            column("cause", String),
            column("since", Date),
            column("values", JSONB),
        )
        .render_derived(name="given", with_types=True)
    )
    return select(given)


def _keep(
    session: Session,
    name: str,
    rule: RiskRule,
    rows: Select[Any],
    now: datetime,
    only: Collection[UUID] | None,
) -> None:
    """One statement, so one look at the facts: open or renew what was found, and end what was not."""
    who = "enrolment_id" if rule.of_people else "institution_id"
    key = [who] if rule.of_people else [who, "cohort_id"]
    found = rows.cte("found")
    moment = literal(now, DateTime(timezone=True))
    given = select(
        literal(name, String),
        *(found.c[one] for one in (who, "cohort_id", "cause", "since", "values")),
        moment,
        moment,
    )
    columns = ["rule", who, "cohort_id", "cause", "since", "values", "opened_at", "seen_at"]
    statement = insert(RiskSignal).from_select(columns, given, include_defaults=False)
    # `cause` and `opened_at` stay what they were when it began.
    renewed = statement.on_conflict_do_update(
        index_elements=[*key, "rule"],
        index_where=text("ended_at IS NULL"),
        set_={one: statement.excluded[one] for one in ("since", "values", "seen_at")},
    )
    kept = renewed.returning(RiskSignal.id).cte("kept")
    signal = RiskSignal
    holds = exists().where(*(found.c[one] == getattr(signal, one) for one in key)).correlate(signal)
    over: list[ColumnElement[bool]] = [signal.rule == name, signal.ended_at.is_(None), ~holds]
    if only is not None:
        over.append(is_one_of(signal.cohort_id, list(only)))
    ended = update(signal).where(*over).values(ended_at=moment).add_cte(kept)
    session.execute(ended, {"now": now}, execution_options={"synchronize_session": False})
