"""Signals a page at a time, how many there are, and where: what ended grows without end."""

from collections.abc import Sequence

from sqlalchemy import (
    Subquery,
    collate,
    func,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort
from peergang.core.db import AnyRow
from peergang.identity.models import Institution, User
from peergang.progress.models import RiskSignal
from peergang.progress.queries.compiled import is_one_of
from peergang.progress.queries.risk_statements import about_institutions, about_people, conditions_of
from peergang.progress.rules.risk_filter import RiskFilter
from peergang.progress.rules.risks import RiskState


def count_risks(session: Session, chosen: RiskFilter) -> int:
    """How many signals there are of what was chosen."""
    return session.scalar(select(func.count()).select_from(_keys(chosen))) or 0


def list_risk_page(session: Session, chosen: RiskFilter, first: int, size: int) -> Sequence[AnyRow]:
    """`size` signals from `first` (counted from 0) of what was chosen; order and columns as `list_risks`. What ended grows
    without end, and is never read as a whole.
    """
    keys = _keys(chosen)
    order = (keys.c.since, keys.c.sort_key, keys.c.id)
    ids = session.scalars(select(keys.c.id).order_by(*order).offset(first).limit(size)).all()
    here = is_one_of(RiskSignal.id, list(ids))
    rows = [
        row
        for statement in (about_people(), about_institutions())
        for row in session.execute(statement.where(here))
    ]
    return sorted(rows, key=lambda row: ids.index(row.id))


def list_risk_places(session: Session, state: RiskState) -> Sequence[AnyRow]:
    """Where there are signals that stand so. Columns: cohort_id, cohort_name, institution_id, institution_name."""
    columns = (
        RiskSignal.cohort_id,
        Cohort.name.label("cohort_name"),
        Institution.id.label("institution_id"),
        Institution.name.label("institution_name"),
    )
    conditions = list(conditions_of(None, None, [state], None))
    both = (about_people(), about_institutions())
    return session.execute(union(*(one.with_only_columns(*columns).where(*conditions) for one in both))).all()


def _keys(chosen: RiskFilter) -> Subquery:
    """Of the chosen signals only what decides their order."""
    conditions = list(
        conditions_of(
            [chosen.cohort_id] if chosen.cohort_id else None,
            [chosen.institution_id] if chosen.institution_id else None,
            [chosen.state],
            [chosen.rule] if chosen.rule else None,
        )
    )
    both = ((about_people(), User.sort_key), (about_institutions(), func.lower(Institution.name)))
    return union_all(
        *(
            statement.with_only_columns(
                RiskSignal.id, RiskSignal.since, collate(name, "C").label("sort_key")
            ).where(*conditions)
            for statement, name in both
        )
    ).subquery("keys")
