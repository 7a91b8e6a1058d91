"""The run before: for each cohort that runs, how far the previous cohort of its programme was on the same day of its run."""

from datetime import datetime

from sqlalchemy import Integer, Text, and_, cast, func, select, true
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import CohortState, EnrolmentRole
from peergang.core.db import Rows, local_day
from peergang.core.prepared import Prepared
from peergang.curriculum.models import Edition
from peergang.progress.models import EnrolmentPeriod, ProgressSnapshot
from peergang.progress.queries.places import TODAY
from peergang.progress.queries.standing import STATE_THEN
from peergang.progress.rules.moment import Moment

_edition, _before, _older = aliased(Edition), aliased(Cohort), aliased(Edition)

_previous = (
    select(
        _before.id,
        _before.name,
        _before.starts_on,
        # As many days after its first day as the running cohort is now.
        (_before.starts_on + (TODAY - Cohort.starts_on)).label("day"),
    )
    .join(_older, _older.id == _before.edition_id)
    .where(
        _older.programme_id == _edition.programme_id,
        _before.starts_on < Cohort.starts_on,
        _before.state.in_((CohortState.RUNNING, CohortState.CLOSED)),
    )
    .order_by(_before.starts_on.desc(), _before.id)
    .limit(1)
    .correlate(Cohort, _edition)
    .lateral("previous")
)
_kept = (
    select(ProgressSnapshot)
    .where(ProgressSnapshot.enrolment_id == Enrolment.id, ProgressSnapshot.day <= _previous.c.day)
    .order_by(ProgressSnapshot.day.desc())
    .limit(1)
    .correlate(Enrolment, _previous)
    .lateral("kept")
)


def _total(name: str) -> object:
    return cast(func.coalesce(func.sum(_kept.c[name]), 0), Integer).label(name)


_PREVIOUS = Prepared(
    select(
        cast(Cohort.id, Text).label("cohort_id"),
        cast(_previous.c.id, Text).label("previous_id"),
        _previous.c.name,
        _previous.c.day,
        func.count(_kept.c.day).label("people"),
        *(_total(name) for name in ("completed", "required", "handed_in", "on_time", "due")),
    )
    .select_from(Cohort)
    .join(_edition, _edition.id == Cohort.edition_id)
    .join(_previous, true())
    .join(
        Enrolment,
        and_(Enrolment.cohort_id == _previous.c.id, Enrolment.role == EnrolmentRole.PARTICIPANT),
    )
    .join(
        EnrolmentPeriod,
        and_(
            EnrolmentPeriod.enrolment_id == Enrolment.id,
            local_day(EnrolmentPeriod.began_at) <= _previous.c.day,
            func.coalesce(local_day(EnrolmentPeriod.ended_at) > _previous.c.day, true()),
        ),
    )
    .outerjoin(_kept, true())
    .where(STATE_THEN == CohortState.RUNNING)
    .group_by(Cohort.id, _previous.c.id, _previous.c.name, _previous.c.day)
)


def list_previous_runs(session: Session, at: Moment | datetime) -> Rows:
    """Of each running cohort the previous run of its programme, on the same day of its run, as the snapshots kept it. For
    rules.trend.compare_runs; one statement. A cohort without a previous run has no row.

    Columns: cohort_id and previous_id (as text), name (of the previous one), day, people (with a snapshot; 0 when history
    does not go back so far), completed, required, handed_in, on_time, due.
    """
    return _PREVIOUS.all(session, now=Moment.of(at).at)
