"""Keeping the free periods: when schools are closed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import FreePeriod
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.rules.free import Period, Region, next_year, school_year
from peergang.core.errors import Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit

NAME_MAX_LENGTH = 80
LONGEST = 100
"""Days. The summer holiday takes 45; a longer period is a slip of the pen."""


def add_free_period(session: Session, actor: Actor, period: Period, *, now: datetime) -> UUID:
    """Add a free period. For organisers.

    Raises:
        Forbidden: for anybody else.
        Invalid: {"name": "missing" | "long" | "period_taken", "region": "unknown", "ends_on": "before_start" | "too_long"}.
    """
    require(can_manage_cohort(actor))
    _check(period)
    period_id: UUID | None = session.scalar(
        insert(FreePeriod).values(_values(period)).on_conflict_do_nothing().returning(FreePeriod.id)
    )
    if period_id is None:
        raise Invalid({"name": "period_taken"})
    record_audit(session, actor, "free_period_added", "free_period", period_id, _details(period), now=now)
    return period_id


def change_free_period(
    session: Session, actor: Actor, period_id: UUID, period: Period, *, now: datetime
) -> None:
    """Change a free period. For organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when there is none.
        Invalid: as `add_free_period`.
    """
    require(can_manage_cohort(actor))
    _check(period)
    # Two organisers who change the list at once wait for each other.
    ids = session.scalars(select(FreePeriod.id).order_by(FreePeriod.id).with_for_update()).all()
    if period_id not in ids:
        raise NotFound
    taken = select(FreePeriod.id).where(
        FreePeriod.name == period.name.strip(),
        FreePeriod.region == period.region,
        FreePeriod.starts_on == period.starts_on,
        FreePeriod.id != period_id,
    )
    if session.execute(taken).first():
        raise Invalid({"name": "period_taken"})
    session.execute(update(FreePeriod).where(FreePeriod.id == period_id).values(_values(period)))
    record_audit(session, actor, "free_period_changed", "free_period", period_id, _details(period), now=now)


def remove_free_period(session: Session, actor: Actor, period_id: UUID, *, now: datetime) -> str:
    """Remove a free period. For organisers. Returns its name.

    Raises:
        Forbidden: for anybody else. NotFound: when there is none.
    """
    require(can_manage_cohort(actor))
    name: str | None = session.scalar(
        delete(FreePeriod).where(FreePeriod.id == period_id).returning(FreePeriod.name)
    )
    if name is None:
        raise NotFound
    record_audit(session, actor, "free_period_removed", "free_period", period_id, {"name": name}, now=now)
    return name


def copy_school_year(session: Session, actor: Actor, year: int, *, now: datetime) -> int:
    """Copy the periods of the school year that began in `year` to the next, 52 weeks later, to be corrected there. What
    the next year has already, by name and region, stays as it is. For organisers.

    Returns:
        How many periods are new.

    Raises:
        Forbidden: for anybody else. NotFound: when that school year has no periods.
    """
    require(can_manage_cohort(actor))
    everything = _lock_periods(session)
    of_year = [one for one in everything if school_year(one.starts_on) == year]
    if not of_year:
        raise NotFound
    known = {(one.name, one.region) for one in everything if school_year(one.starts_on) == year + 1}
    fresh = [_values(next_year(one)) for one in of_year if (one.name, one.region) not in known]
    if not fresh:
        return 0
    added = session.scalars(
        insert(FreePeriod).values(fresh).on_conflict_do_nothing().returning(FreePeriod.id)
    ).all()
    details = {"from": year, "number": len(added)}
    record_audit(session, actor, "free_periods_copied", "free_period", None, details, now=now)
    return len(added)


def _lock_periods(session: Session) -> list[Period]:
    rows = session.execute(
        select(FreePeriod.name, FreePeriod.region, FreePeriod.starts_on, FreePeriod.ends_on)
        .order_by(FreePeriod.starts_on)
        .with_for_update()
    )
    return [Period(*row) for row in rows]


def _check(period: Period) -> None:
    problems: dict[str, str] = {}
    name = period.name.strip()
    if not name:
        problems["name"] = "missing"
    elif len(name) > NAME_MAX_LENGTH:
        problems["name"] = "long"
    if period.region not in ("", *Region):
        problems["region"] = "unknown"
    if period.ends_on < period.starts_on:
        problems["ends_on"] = "before_start"
    elif (period.ends_on - period.starts_on).days > LONGEST:
        problems["ends_on"] = "too_long"
    if problems:
        raise Invalid(problems)


def _values(period: Period) -> dict[str, str | date]:
    return {
        "name": period.name.strip(),
        "region": period.region,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
    }


def _details(period: Period) -> dict[str, str]:
    return {name: str(value) for name, value in _values(period).items()}
