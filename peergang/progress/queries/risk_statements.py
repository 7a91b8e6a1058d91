"""Signals with all that belongs to them, about people and about institutions: the statements that others choose from."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.db import local_day
from peergang.identity.models import Institution, User
from peergang.progress.models import CallNote, RiskDismissal, RiskSignal
from peergang.progress.queries.compiled import is_one_of
from peergang.progress.queries.places import counting_day, join_institution
from peergang.progress.rules.risks import RiskState


def is_dismissed() -> ColumnElement[bool]:
    """Whether the cause of `RiskSignal` was called a false alarm. It need not have been this signal: what ended and came back
    for the same cause is the same.
    """
    same = or_(
        RiskDismissal.enrolment_id == RiskSignal.enrolment_id,
        and_(
            RiskDismissal.institution_id == RiskSignal.institution_id,
            RiskDismissal.cohort_id == RiskSignal.cohort_id,
        ),
    )
    return (
        exists()
        .where(
            same,
            RiskDismissal.rule == RiskSignal.rule,
            RiskDismissal.cause == RiskSignal.cause,
            RiskDismissal.undone_at.is_(None),
        )
        .correlate(RiskSignal)
    )


STATE = case(
    (RiskSignal.ended_at.is_not(None), RiskState.ENDED),
    (is_dismissed(), RiskState.DISMISSED),
    else_=RiskState.OPEN,
).label("state")

_COLUMNS: tuple[Any, ...] = (
    RiskSignal.id,
    RiskSignal.rule,
    RiskSignal.enrolment_id,
    RiskSignal.cohort_id,
    Cohort.name.label("cohort_name"),
    RiskSignal.cause,
    RiskSignal.since,
    RiskSignal.values,
    RiskSignal.opened_at,
    RiskSignal.seen_at,
    RiskSignal.ended_at,
    STATE,
)


def _last_call(*conditions: ColumnElement[bool]) -> Any:
    found = select(func.max(CallNote.called_at)).where(*conditions)
    return found.correlate(RiskSignal).scalar_subquery().label("last_call")


def about_people() -> Select[Any]:
    """Signals about participants; who it is, and where they count."""
    statement = (
        select(
            *_COLUMNS,
            Institution.id.label("institution_id"),
            Institution.name.label("institution_name"),
            Enrolment.user_id,
            User.given_name,
            User.name_particle,
            User.family_name,
            User.sort_key.label("sort_key"),
            _last_call(CallNote.enrolment_id == RiskSignal.enrolment_id),
        )
        .select_from(RiskSignal)
        .join(Enrolment, Enrolment.id == RiskSignal.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .join(Cohort, Cohort.id == RiskSignal.cohort_id)
    )
    # Somebody counts for the institution of the day on which the signal was last seen.
    placed: Select[Any] = join_institution(statement, counting_day(local_day(RiskSignal.seen_at)))
    return placed


def about_institutions() -> Select[Any]:
    """Signals about institutions, with the same columns in the same order."""
    return (
        select(
            *_COLUMNS,
            Institution.id.label("institution_id"),
            Institution.name.label("institution_name"),
            null().label("user_id"),
            literal("").label("given_name"),
            literal("").label("name_particle"),
            literal("").label("family_name"),
            func.lower(Institution.name).label("sort_key"),
            _last_call(CallNote.institution_id == RiskSignal.institution_id),
        )
        .select_from(RiskSignal)
        .join(Institution, Institution.id == RiskSignal.institution_id)
        .join(Cohort, Cohort.id == RiskSignal.cohort_id)
    )


def conditions_of(
    cohort_ids: Collection[UUID] | None,
    institution_ids: Collection[UUID] | None,
    states: Collection[RiskState],
    rules: Collection[str] | None,
) -> Iterable[ColumnElement[bool]]:
    """What of a choice stands in the WHERE; None and all states are no condition."""
    if set(states) != set(RiskState):
        yield STATE.element.in_(list(states))
    if RiskState.ENDED not in states:
        yield RiskSignal.ended_at.is_(None)
    if cohort_ids is not None:
        yield is_one_of(RiskSignal.cohort_id, list(cohort_ids))
    if institution_ids is not None:
        yield is_one_of(Institution.id, list(institution_ids))
    if rules is not None:
        yield RiskSignal.rule.in_(list(rules))
