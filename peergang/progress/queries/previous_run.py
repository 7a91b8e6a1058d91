"""The run before: of each cohort that runs the previous one of its programme, and what had come in time at that point."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Integer, Select, Text, and_, cast, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import CohortState, EnrolmentRole
from peergang.core.db import local_day
from peergang.core.prepared import Prepared
from peergang.curriculum.models import Edition
from peergang.progress.models import EnrolmentPeriod, ProgressSnapshot
from peergang.progress.queries.places import TODAY
from peergang.progress.queries.standing import STATE_THEN
from peergang.progress.rules.moment import Moment
from peergang.progress.rules.trend import Running

NEAR = timedelta(days=14)
"""History this far before the same point says how it was at that point: of older weeks one snapshot is kept."""

_edition, _before, _older, _member = aliased(Edition), aliased(Cohort), aliased(Edition), aliased(Enrolment)

# A cohort that began together with this one, or soon before it, is of the same run: it says nothing about the run before.
_EARLIER_RUN = and_(
    _before.starts_on < Cohort.starts_on,
    or_(
        _before.ends_on < Cohort.starts_on,
        2 * (Cohort.starts_on - _before.starts_on) >= Cohort.ends_on - Cohort.starts_on,
    ),
)
_TOOK_PART = exists().where(
    _member.cohort_id == _before.id,
    _member.role == EnrolmentRole.PARTICIPANT,
    EnrolmentPeriod.enrolment_id == _member.id,
)
_previous = (
    select(
        _before.id,
        _before.name,
        _before.ends_on,
        # As many days after its first day as the running cohort is now.
        (_before.starts_on + (TODAY - Cohort.starts_on)).label("day"),
    )
    .join(_older, _older.id == _before.edition_id)
    .where(
        _older.programme_id == _edition.programme_id,
        _EARLIER_RUN,
        _before.state.in_((CohortState.RUNNING, CohortState.CLOSED)),
        _TOOK_PART,
    )
    .order_by(_before.starts_on.desc(), _before.id)
    .limit(1)
    .correlate(Cohort, _edition)
    .lateral("previous")
)
_kept = (
    select(ProgressSnapshot.on_time, ProgressSnapshot.due)
    .where(
        ProgressSnapshot.enrolment_id == Enrolment.id,
        ProgressSnapshot.day <= _previous.c.day,
        ProgressSnapshot.day > func.least(_previous.c.day, _previous.c.ends_on) - NEAR.days,
        # Before it was kept, and on a day that was made up for, nobody knows.
        ProgressSnapshot.due.is_not(None),
    )
    .order_by(ProgressSnapshot.day.desc())
    .limit(1)
    .correlate(Enrolment, _previous)
    .lateral("kept")
)
_took_part_then = and_(
    EnrolmentPeriod.enrolment_id == Enrolment.id,
    local_day(EnrolmentPeriod.began_at) <= _previous.c.day,
    func.coalesce(local_day(EnrolmentPeriod.ended_at) > _previous.c.day, true()),
)


def _select_running(*, past: bool) -> Select[tuple[object, ...]]:
    of_previous = and_(Enrolment.cohort_id == _previous.c.id, Enrolment.role == EnrolmentRole.PARTICIPANT)
    return (
        select(
            cast(Cohort.id, Text).label("cohort_id"),
            Cohort.name,
            _edition.sign,
            cast(_previous.c.id, Text).label("previous_id"),
            _previous.c.name.label("previous_name"),
            cast(func.coalesce(func.sum(_kept.c.on_time), 0), Integer).label("on_time"),
            cast(func.coalesce(func.sum(_kept.c.due), 0), Integer).label("due"),
        )
        .select_from(Cohort)
        .join(_edition, _edition.id == Cohort.edition_id)
        .outerjoin(_previous, true())
        .outerjoin(Enrolment, of_previous)
        .outerjoin(EnrolmentPeriod, _took_part_then)
        .outerjoin(_kept, EnrolmentPeriod.enrolment_id.is_not(None))
        .where((STATE_THEN if past else Cohort.state) == CohortState.RUNNING)
        .group_by(Cohort.id, _edition.sign, _previous.c.id, _previous.c.name)
        .order_by(Cohort.starts_on, Cohort.name)
    )


_RUNNING = {past: Prepared(_select_running(past=past)) for past in (False, True)}


def list_running(session: Session, at: Moment | datetime) -> Sequence[Running]:
    """Every cohort that runs, the oldest first, with the previous run of its programme: the latest that was over when it began,
    or that had begun half its length earlier. On the same day of that run, as the snapshots kept it, `on_time` of `due`
    reflections had come in time; 0 of 0 where history does not go back so far. One statement.
    """
    moment = Moment.of(at)
    return _RUNNING[moment.past].each(Running, session, now=moment.at)
