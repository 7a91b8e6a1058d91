"""How many took part in a year, where, for how long, and who finished. Sums and names of institutions and cohorts."""

from datetime import date
from typing import Any

from sqlalchemy import Integer, Numeric, and_, cast, func, select, tuple_
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Cohort, Enrolment, Meeting
from peergang.cohorts.queries.roles import took_part
from peergang.cohorts.rules import AttendanceState, CohortState, EnrolmentRole, MeetingState
from peergang.core.clock import start_of_day
from peergang.core.db import AnyRow, Rows
from peergang.curriculum.models import Edition
from peergang.curriculum.rules import ActivityKind
from peergang.identity.models import Institution
from peergang.progress.queries.annual_members import is_of_programme, select_begun, select_members, was_there
from peergang.progress.queries.leaving import STOPPED_THEN, WENT_ON_THEN, first_facts
from peergang.progress.queries.participation import SHOWN
from peergang.progress.queries.people import PLACE_THEN
from peergang.progress.queries.places import join_institution
from peergang.progress.rules.years import Year


def list_institutions_of(session: Session, year: Year) -> tuple[AnyRow, Rows]:
    """How many people took part, in all and by institution; whoever had two places counts once.

    Each place counts for the institution of the last day of the year (or of the place, when that was earlier). The first is
    the network: institutions, people, places. The others have institution_id, name, people, places, by name.
    """
    placed = join_institution(select_members(year), PLACE_THEN.day)
    rows = session.execute(
        placed.add_columns(
            Institution.id.label("institution_id"),
            func.max(Institution.name).label("name"),
            func.count(Institution.id.distinct()).label("institutions"),
            func.count(Enrolment.user_id.distinct()).label("people"),
            func.count().label("places"),
            func.grouping(Institution.id).label("is_total"),
        )
        .group_by(func.grouping_sets(Institution.id, tuple_()))
        .order_by(
            func.grouping(Institution.id).desc(), func.lower(func.max(Institution.name)), Institution.id
        ),
        {"now": year.at},
    ).all()
    return rows[0], rows[1:]


def list_cohorts_of(session: Session, year: Year) -> Rows:
    """The cohorts of the year, oldest first.

    Columns: cohort_id, name, state, sign, starts_on, ends_on, people (who took part in the year); and since the cohort began
    started, stopped, completed, without those who went on in another cohort: they count there; ended (whether it was closed
    and its last day lies in the year).
    """
    return session.execute(
        select_begun(year)
        .add_columns(
            Cohort.id.label("cohort_id"),
            Cohort.name,
            Cohort.state,
            func.max(Edition.sign).label("sign"),
            Cohort.starts_on,
            Cohort.ends_on,
            func.count().filter(was_there(year.since)).label("people"),
            func.count().filter(~WENT_ON_THEN).label("started"),
            func.count().filter(STOPPED_THEN).label("stopped"),
            func.count().filter(Enrolment.completed_at < year.moment).label("completed"),
            and_(Cohort.state == CohortState.CLOSED, Cohort.ends_on <= year.last).label("ended"),
        )
        .group_by(Cohort.id)
        .order_by(Cohort.starts_on, Cohort.name),
        {"now": year.at},
    ).all()


def list_study_minutes(session: Session, year: Year) -> Rows:
    """Minutes of study that were finished in the year, by cohort: what the programme gives for each activity.

    A fact that went along to a newer edition or another cohort stands there twice, and counts once; meetings are counted as
    they were. Columns: cohort_id, activities, minutes.
    """
    shown = Cohort.state.in_(SHOWN)
    fact = first_facts(start_of_day(year.since), year.at, shown, is_of_programme(year)).c
    return session.execute(
        select(fact.cohort_id, func.count().label("activities"), _sum(fact.minutes).label("minutes"))
        .where(fact.kind != ActivityKind.MEETING)
        .group_by(fact.cohort_id)
    ).all()


def list_meeting_minutes(session: Session, year: Year) -> Rows:
    """Minutes that people were at meetings of the year, by cohort. Columns: cohort_id, meetings, places (once somebody was
    there), minutes.
    """
    length = func.extract("epoch", Meeting.ends_at - Meeting.starts_at) / 60
    return session.execute(
        select(
            Meeting.cohort_id,
            func.count(Meeting.id.distinct()).label("meetings"),
            func.count().label("places"),
            _sum(length).label("minutes"),
        )
        .select_from(Meeting)
        .join(
            Attendance, and_(Attendance.meeting_id == Meeting.id, Attendance.state == AttendanceState.PRESENT)
        )
        .join(
            Enrolment,
            and_(
                Enrolment.id == Attendance.enrolment_id,
                Enrolment.role == EnrolmentRole.PARTICIPANT,
                took_part(),
            ),
        )
        .join(Cohort, and_(Cohort.id == Meeting.cohort_id, Cohort.state.in_(SHOWN)))
        .join(Edition, and_(Edition.id == Cohort.edition_id, is_of_programme(year)))
        .where(
            Meeting.state == MeetingState.PLANNED,
            Meeting.starts_at >= start_of_day(year.since),
            Meeting.ends_at <= year.moment,
        )
        .group_by(Meeting.cohort_id)
    ).all()


def _sum(amount: Any) -> Any:
    return cast(func.coalesce(func.sum(cast(amount, Numeric)), 0), Integer)


def find_first_day(session: Session) -> date | None:
    """The day on which the oldest cohort began."""
    found: date | None = session.scalar(select(func.min(Cohort.starts_on)).where(Cohort.state.in_(SHOWN)))
    return found
