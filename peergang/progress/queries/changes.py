"""What changed in a week, from the history and the facts."""

from datetime import date, datetime, timedelta

from sqlalchemy import Integer, Subquery, and_, cast, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import CohortState, EnrolmentRole
from peergang.core.clock import local_date, start_of_day
from peergang.core.db import AnyRow
from peergang.progress.models import EnrolmentPeriod, EnrolmentProgress, ProgressSnapshot
from peergang.progress.queries.compiled import has_progress
from peergang.progress.queries.leaving import came_over, first_facts, went_on

WEEK = timedelta(days=7)


def get_changes(session: Session, now: datetime) -> AnyRow:
    """The last seven days of the running cohorts, in one row.

    Columns: then_completed and then_required (sums of the snapshot of a week ago, or the last one in the week before
    that; both empty without one), moved (who completed something required since then), finished (who completed the last
    of it), done (facts of the week, required or not), began, stopped; who changes cohorts neither stops nor begins.
    """
    since = start_of_day(local_date(now) - WEEK)
    running = (
        select(func.count(Enrolment.id.distinct()))
        .select_from(Enrolment)
        .join(EnrolmentPeriod, EnrolmentPeriod.enrolment_id == Enrolment.id)
        .join(Cohort, and_(Cohort.id == Enrolment.cohort_id, Cohort.state == CohortState.RUNNING))
        .where(Enrolment.role == EnrolmentRole.PARTICIPANT)
    )
    began, ended = EnrolmentPeriod.began_at, EnrolmentPeriod.ended_at
    done = first_facts(since, now, Cohort.state == CohortState.RUNNING)
    return session.execute(
        select(
            _history(local_date(now)),
            select(func.count()).select_from(done).scalar_subquery().label("done"),
            running.where(began >= since, ~came_over(began)).scalar_subquery().label("began"),
            running.where(ended >= since, ~went_on(ended), ~has_progress())
            .scalar_subquery()
            .label("stopped"),
        )
    ).one()


def _history(today: date) -> Subquery:
    """The sums of the snapshot of a week ago, and how many people came further since."""
    day = (
        select(func.max(ProgressSnapshot.day))
        .where(ProgressSnapshot.day <= today - WEEK, ProgressSnapshot.day > today - 2 * WEEK)
        .scalar_subquery()
    )
    further = EnrolmentProgress.completed > ProgressSnapshot.completed
    complete = EnrolmentProgress.completed == EnrolmentProgress.required
    return (
        select(
            cast(func.sum(ProgressSnapshot.completed), Integer).label("then_completed"),
            cast(func.sum(ProgressSnapshot.required), Integer).label("then_required"),
            func.count().filter(further).label("moved"),
            func.count().filter(further, complete).label("finished"),
        )
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(
            ProgressSnapshot,
            and_(ProgressSnapshot.enrolment_id == Enrolment.id, ProgressSnapshot.day == day),
        )
        .join(EnrolmentProgress, EnrolmentProgress.enrolment_id == Enrolment.id)
        .where(has_progress(), Cohort.state == CohortState.RUNNING)
        .subquery("history")
    )
