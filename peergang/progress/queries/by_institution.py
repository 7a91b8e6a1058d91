"""History by institution: the state at the end of a day, and what was completed in a time."""

from datetime import date

from sqlalchemy import Integer, and_, cast, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, Cohort, Enrolment
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.clock import start_of_day
from peergang.core.db import Rows, local_day
from peergang.identity.models import Institution
from peergang.progress.models import ProgressSnapshot
from peergang.progress.queries.places import counting_day, join_institution


def list_snapshot(session: Session, day: date) -> Rows:
    """The snapshot of `day` by institution and cohort; each enrolment counts for the institution of that day.

    Columns: institution_id, cohort_id, people, completed, required.
    """
    members = (
        select(
            Institution.id.label("institution_id"),
            Enrolment.cohort_id,
            func.count().label("people"),
            cast(func.sum(ProgressSnapshot.completed), Integer).label("completed"),
            cast(func.sum(ProgressSnapshot.required), Integer).label("required"),
        )
        .select_from(ProgressSnapshot)
        .join(Enrolment, Enrolment.id == ProgressSnapshot.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(ProgressSnapshot.day == day)
    )
    placed = join_institution(members, counting_day(day)).group_by(Institution.id, Enrolment.cohort_id)
    return session.execute(placed).all()


def list_completions(session: Session, since: date, until: date) -> Rows:
    """How many activities participants completed from `since` up to and not including `until`, by institution; each one
    belongs to the institution of its date. Columns: institution_id, done.
    """
    facts = (
        select(Institution.id.label("institution_id"), func.count().label("done"))
        .select_from(ActivityCompletion)
        .join(
            Enrolment,
            and_(
                Enrolment.id == ActivityCompletion.enrolment_id,
                Enrolment.role == EnrolmentRole.PARTICIPANT,
            ),
        )
        .where(
            ActivityCompletion.completed_at >= start_of_day(since),
            ActivityCompletion.completed_at < start_of_day(until),
        )
    )
    placed = join_institution(facts, local_day(ActivityCompletion.completed_at)).group_by(Institution.id)
    return session.execute(placed).all()
