"""Participation by institution and cohort. An enrolment counts for the institution of the day (invariant 9).

Figures and names, never a text that somebody wrote (invariant 3): no statement here names such a column.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Cohort, Enrolment
from peergang.cohorts.rules import AttendanceState, CohortState
from peergang.core.db import Rows
from peergang.core.prepared import Prepared
from peergang.curriculum.models import Edition
from peergang.identity.models import Institution, RoleGrant, User
from peergang.identity.rules import Role
from peergang.progress.models import EnrolmentProgress
from peergang.progress.queries.compiled import has_progress
from peergang.progress.queries.facts import (
    attendance_of_each,
    held_meetings,
    more_time_of_each,
    reading_of_each,
    reflections_due,
    work_of_each,
)
from peergang.progress.queries.places import TODAY, counting_day, join_institution
from peergang.progress.rules.moment import Moment

SHOWN = (CohortState.OPEN, CohortState.RUNNING, CohortState.CLOSED)
"""Cohorts with figures; a planned one has no participants yet, and a cancelled one none any more."""

_presence, _work, _reading, _due = attendance_of_each(), work_of_each(), reading_of_each(), reflections_due()
_more_time = more_time_of_each()

LAST_ACTIVE = func.greatest(
    EnrolmentProgress.last_completed_at, _presence.c.seen_at, _work.c.wrote_at, _reading.c.read_at
)


def _total(amount: Any, name: str) -> Any:
    """A sum that is 0 where there is nothing; cast, because PostgreSQL gives a sum of bigints as a decimal."""
    return cast(func.coalesce(func.sum(amount), 0), Integer).label(name)


def select_members() -> Select[Any]:
    """Every participant with progress in a cohort that is shown, joined to all sums of facts. Add columns and conditions."""
    members = select().select_from(Enrolment).join(Cohort, Cohort.id == Enrolment.cohort_id)
    placed: Select[Any] = join_institution(members, counting_day(TODAY))
    return (
        placed.outerjoin(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
        .outerjoin(_presence, _presence.c.enrolment_id == Enrolment.id)
        .outerjoin(_work, _work.c.enrolment_id == Enrolment.id)
        .outerjoin(_reading, _reading.c.enrolment_id == Enrolment.id)
        .outerjoin(_due, _due.c.cohort_id == Enrolment.cohort_id)
        .outerjoin(_more_time, _more_time.c.enrolment_id == Enrolment.id)
        .where(has_progress(), Cohort.state.in_(SHOWN))
    )


_FIGURES = (
    func.count().label("people"),
    _total(_presence.c.present, "present"),
    _total(_presence.c.recorded, "recorded"),
    _total(_presence.c.last_present, "last_present"),
    _total(_presence.c.last_recorded, "last_recorded"),
    _total(EnrolmentProgress.completed, "completed"),
    _total(EnrolmentProgress.required, "required"),
    _total(_work.c.on_time, "on_time"),
    _total(_work.c.handed_in, "handed_in"),
    _total(_due.c.due - func.coalesce(_more_time.c.not_yet, 0), "due"),
    func.max(LAST_ACTIVE).label("last_active"),
)

_cells = (
    select_members()
    .add_columns(
        cast(Institution.id, Text).label("institution_id"),
        Institution.name.label("institution_name"),
        func.array_to_string(Institution.aliases, "\n").label("aliases"),
        Institution.brin,
        cast(Enrolment.cohort_id, Text).label("cohort_id"),
        *_FIGURES,
    )
    .group_by(Institution.id, Enrolment.cohort_id)
)

_CELLS = Prepared(_cells)
_CELLS_OF_ONE = Prepared(_cells.where(Institution.id == bindparam("institution", type_=Uuid)))


def list_cells(session: Session, at: Moment | datetime, institution_id: UUID | None = None) -> Rows:
    """The figures of every institution (or one) in every cohort in which it has participants. Ids come as text: hundreds
    of them are only compared and put into addresses. Aliases stand one a line.

    Columns: institution_id, institution_name, aliases, brin, cohort_id, people, present, recorded, last_present,
    last_recorded, completed, required, on_time, handed_in, due, last_active.
    """
    moment = Moment.of(at)
    if institution_id is None:
        return _CELLS.all(session, now=moment.at)
    return _CELLS_OF_ONE.all(session, now=moment.at, institution=institution_id)


_COHORTS = Prepared(
    select(
        cast(Cohort.id, Text).label("id"),
        Cohort.name,
        Cohort.state,
        Cohort.starts_on,
        Cohort.ends_on,
        Edition.sign,
    )
    .join(Edition, Edition.id == Cohort.edition_id)
    .where(Cohort.state.in_(SHOWN), exists().where(Enrolment.cohort_id == Cohort.id, has_progress()))
    .order_by(Cohort.starts_on, Cohort.name)
)


def list_shown_cohorts(session: Session, at: Moment | datetime | None = None) -> Rows:  # noqa: ARG001 follows
    """The cohorts with participants, oldest first. Columns: id (as text), name, state, starts_on, ends_on, sign."""
    return _COHORTS.all(session)


_held = held_meetings()
_MEETINGS = Prepared(
    select(
        cast(_held.c.cohort_id, Text).label("cohort_id"),
        _held.c.number,
        _held.c.back,
        func.count().label("recorded"),
        func.count().filter(Attendance.state == AttendanceState.PRESENT).label("present"),
    )
    .join(Attendance, Attendance.meeting_id == _held.c.id)
    .join(Enrolment, and_(Enrolment.id == Attendance.enrolment_id, has_progress()))
    .group_by(_held.c.cohort_id, _held.c.number, _held.c.back)
)


def list_meeting_attendance(session: Session, at: Moment | datetime) -> Rows:
    """Attendance at every meeting that was held. Columns: cohort_id, number, back (1 is the latest), recorded, present."""
    return _MEETINGS.all(session, now=Moment.of(at).at)


_CONTACTS = Prepared(
    select(
        cast(RoleGrant.institution_id, Text).label("institution_id"),
        User.given_name,
        User.name_particle,
        User.family_name,
        User.email,
    )
    .join(User, User.id == RoleGrant.user_id)
    .where(
        RoleGrant.role == Role.CONTACT,
        RoleGrant.institution_id == func.any(cast(bindparam("institutions", type_=Text), ARRAY(Uuid))),
        User.deactivated_at.is_(None),
    )
    .order_by(User.sort_key)
)


def list_contacts(session: Session, institution_ids: Iterable[object]) -> Rows:
    """The contact persons of these institutions, by name.

    Columns: institution_id (as text), given_name, name_particle, family_name, email.
    """
    return _CONTACTS.all(session, institutions="{" + ",".join(map(str, institution_ids)) + "}")
