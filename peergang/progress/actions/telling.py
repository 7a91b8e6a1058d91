"""Making the figures ready that contacts of institutions get to see, once a week."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.cohorts.models import Enrolment
from peergang.core.clock import local_date
from peergang.core.db import AnyRow
from peergang.core.nightly import make_room
from peergang.progress.models import ContactMember, ContactRelease
from peergang.progress.queries.telling import list_counted
from peergang.progress.rules.attention import SILENCE, quiet_since
from peergang.progress.rules.moment import Moment
from peergang.progress.rules.withheld import choose_newcomers

_FIGURES = (
    "present",
    "recorded",
    "completed",
    "required",
    "on_time",
    "handed_in",
    "due",
    "active",
    "stopped",
)


def last_sunday(today: date) -> date:
    """The last day of the week that is over."""
    return today - timedelta(days=today.weekday() + 1)


def tell_contacts(session: Session, *, now: datetime) -> int:
    """Give contacts the figures of the week that is over: who is new joins the sums when there are enough of them. The
    platform itself does this every night; only the first time after a Sunday it finds something to do.

    Returns:
        How many members have figures of this week.
    """
    make_room(session)
    sunday = last_sunday(local_date(now))
    made = insert(ContactRelease).values(week_until=sunday, made_at=now).on_conflict_do_nothing()
    # The row is also what a second worker waits for, and then leaves it at that.
    if not session.execute(made.returning(ContactRelease.week_until)).all():
        return 0
    rows = {(one.institution_id, one.enrolment_id): one for one in list_counted(session, Moment(now, sunday))}
    counted: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    for (institution_id, enrolment_id), row in rows.items():
        counted[(institution_id, row.cohort_id)].append(enrolment_id)
    told: dict[tuple[UUID, UUID], set[UUID]] = defaultdict(set)
    since = {}
    for member in session.execute(
        select(
            ContactMember.institution_id,
            ContactMember.enrolment_id,
            ContactMember.told_since,
            Enrolment.cohort_id,
        ).join(Enrolment, Enrolment.id == ContactMember.enrolment_id)
    ):
        told[(member.institution_id, member.cohort_id)].add(member.enrolment_id)
        since[(member.institution_id, member.enrolment_id)] = member.told_since
    for (institution_id, _), newcomers in choose_newcomers(counted, told).items():
        since |= {(institution_id, one): sunday for one in newcomers}
    values = [_row(key, rows[key], day, sunday) for key, day in since.items() if key in rows]
    _write(session, values)
    return len(values)


def _row(key: tuple[UUID, UUID], row: AnyRow, told_since: date, sunday: date) -> dict[str, Any]:
    # Who has just begun was not silent before.
    seen_on = quiet_since(row.last_active, row.could_begin)
    return {
        "institution_id": key[0],
        "enrolment_id": key[1],
        "told_since": told_since,
        **{name: getattr(row, name) or 0 for name in _FIGURES[:-2]},
        "active": sunday - seen_on < SILENCE,
        "stopped": row.stopped,
    }


def _write(session: Session, values: list[dict[str, Any]]) -> None:
    if not values:
        return
    # The table itself and rows as parameters: a statement with thousands of values takes longer to write than to run.
    table: Any = ContactMember.__table__
    statement = insert(table)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["institution_id", "enrolment_id"],
            set_={name: statement.excluded[name] for name in _FIGURES},
        ),
        values,
    )
