"""Who asks for attention, as the background found it: signals about participants and about institutions in a cohort."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    collate,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.db import AnyRow, local_day
from peergang.core.errors import NotFound
from peergang.identity.models import Institution, User
from peergang.progress.models import CallNote, RiskDismissal, RiskSignal
from peergang.progress.queries.compiled import is_one_of
from peergang.progress.queries.places import counting_day, join_institution
from peergang.progress.rules.risk_filter import RiskFilter
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


def _about_people() -> Select[Any]:
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


def _about_institutions() -> Select[Any]:
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


def list_risks(
    session: Session,
    *,
    cohort_ids: Collection[UUID] | None = None,
    institution_ids: Collection[UUID] | None = None,
    states: Collection[RiskState] = (RiskState.OPEN,),
    rules: Collection[str] | None = None,
) -> Sequence[AnyRow]:
    """Signals about participants and institutions, in two statements; those that began first stand first.

    Columns: id, rule, enrolment_id (empty when it is about the institution), institution_id, institution_name, cohort_id,
    cohort_name, cause, since, values, opened_at, seen_at, ended_at, state (RiskState), user_id, given_name, name_particle,
    family_name, sort_key, last_call (when somebody last called about it).
    """
    people = list_risks_of_people(
        session, cohort_ids=cohort_ids, institution_ids=institution_ids, states=states, rules=rules
    )
    conditions = list(_conditions(cohort_ids, institution_ids, states, rules))
    institutions = session.execute(_about_institutions().where(*conditions)).all()
    return sorted([*people, *institutions], key=lambda row: (row.since, row.sort_key, str(row.id)))


def list_risks_of_people(
    session: Session,
    *,
    cohort_ids: Collection[UUID] | None = None,
    institution_ids: Collection[UUID] | None = None,
    states: Collection[RiskState] = (RiskState.OPEN,),
    rules: Collection[str] | None = None,
) -> Sequence[AnyRow]:
    """The signals about participants alone, in one statement; columns as `list_risks`."""
    conditions = list(_conditions(cohort_ids, institution_ids, states, rules))
    order = (RiskSignal.since, User.sort_key, RiskSignal.id)
    return session.execute(_about_people().where(*conditions).order_by(*order)).all()


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
        for statement in (_about_people(), _about_institutions())
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
    conditions = list(_conditions(None, None, [state], None))
    both = (_about_people(), _about_institutions())
    return session.execute(union(*(one.with_only_columns(*columns).where(*conditions) for one in both))).all()


def _keys(chosen: RiskFilter) -> Subquery:
    """Of the chosen signals only what decides their order."""
    conditions = list(
        _conditions(
            [chosen.cohort_id] if chosen.cohort_id else None,
            [chosen.institution_id] if chosen.institution_id else None,
            [chosen.state],
            [chosen.rule] if chosen.rule else None,
        )
    )
    both = ((_about_people(), User.sort_key), (_about_institutions(), func.lower(Institution.name)))
    return union_all(
        *(
            statement.with_only_columns(
                RiskSignal.id, RiskSignal.since, collate(name, "C").label("sort_key")
            ).where(*conditions)
            for statement, name in both
        )
    ).subquery("keys")


def _conditions(
    cohort_ids: Collection[UUID] | None,
    institution_ids: Collection[UUID] | None,
    states: Collection[RiskState],
    rules: Collection[str] | None,
) -> Iterable[ColumnElement[bool]]:
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


def get_risk(session: Session, risk_id: UUID) -> AnyRow:
    """One signal; columns as `list_risks`.

    Raises:
        NotFound: when there is none.
    """
    for statement in (_about_people(), _about_institutions()):
        row = session.execute(statement.where(RiskSignal.id == risk_id)).one_or_none()
        if row is not None:
            return row
    raise NotFound
