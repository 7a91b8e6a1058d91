"""Who stopped, and who went on in another cohort: the only place that knows a transfer from a loss, and a copied fact from
another one.

A transfer ends one place, begins the next at the same moment and copies what was done. Who went on counts where they are
now; what they did counts where they did it. Who was sent on and never arrived stopped where they were. By a day that is
asked, who had left and had not come back had stopped.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from peergang.cohorts.models import ActivityCompletion, Cohort, Enrolment
from peergang.cohorts.rules import CHANGEABLE, EnrolmentRole, EnrolmentState
from peergang.cohorts.rules.joining import LeaveReason
from peergang.curriculum.models import Activity, Edition
from peergang.progress.models import EnrolmentPeriod
from peergang.progress.queries.people import PLACE_THEN

_other, _period = aliased(Enrolment), aliased(EnrolmentPeriod)
_there, _asks, _here, _asked = aliased(Cohort), aliased(Edition), aliased(Cohort), aliased(Edition)


def went_on(left_at: Any) -> ColumnElement[bool]:
    """Whether who left their `Enrolment` at that moment went on in another one; also who may still begin there. The
    enrolment says why it was left last; of an earlier time, that somebody began elsewhere at that very moment says it.
    """
    sent_on = Enrolment.withdrawn_reason == LeaveReason.TRANSFERRED
    return case(
        (Enrolment.withdrawn_at == left_at, and_(sent_on, or_(_arrived(left_at), _awaited()))),
        else_=_elsewhere(_period.began_at == left_at),
    )


def _arrived(left_at: Any) -> ColumnElement[bool]:
    """Whether they began in another cohort of the programme since, perhaps by way of a third."""
    began = exists().where(_period.enrolment_id == _other.id, _period.began_at >= left_at)
    return _another(began.correlate_except(_period))


def _awaited() -> ColumnElement[bool]:
    """Whether they have a place in another cohort of the programme in which they have not begun, and still can."""
    return _another(
        and_(
            _other.state.in_((EnrolmentState.INVITED, EnrolmentState.WAITLISTED)),
            _there.state.in_(CHANGEABLE),
        )
    )


def _another(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is such an enrolment `_other` in a cohort `_there` of the same programme."""
    return (
        exists()
        .where(
            _other.user_id == Enrolment.user_id,
            _other.id != Enrolment.id,
            _other.role == EnrolmentRole.PARTICIPANT,
            _there.id == _other.cohort_id,
            _asks.id == _there.edition_id,
            _here.id == Enrolment.cohort_id,
            _asked.id == _here.edition_id,
            _asks.programme_id == _asked.programme_id,
            which,
        )
        .correlate_except(_other, _there, _asks, _here, _asked)
    )


def came_over(began_at: Any) -> ColumnElement[bool]:
    """Whether who began their `Enrolment` at that moment came from another one."""
    return _elsewhere(_period.ended_at == began_at)


def _elsewhere(moment: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            _other.user_id == Enrolment.user_id,
            _other.id != Enrolment.id,
            _period.enrolment_id == _other.id,
            moment,
        )
        .correlate_except(_other, _period)
    )


LEFT_THEN: ColumnElement[datetime | None] = PLACE_THEN.withdrawn_at
"""When somebody had left by the moment `now` and had not come back; empty for who took part. It needs LATEST joined."""

WENT_ON_THEN = went_on(LEFT_THEN)

STOPPED_THEN = and_(LEFT_THEN.is_not(None), ~WENT_ON_THEN)

ONE_FACT = (
    Edition.programme_id,
    Activity.slug,
    Activity.kind,
    ActivityCompletion.completed_at,
)
"""What makes a fact one and the same for somebody: its copies in newer editions and other cohorts have all of it."""


def first_facts(since: datetime, until: datetime, *which: ColumnElement[bool]) -> Subquery:
    """What participants completed from `since` up to and including `until`, each fact once: in the cohort where they did it
    first, and as the edition asked it that the cohort had then; so a year that is over stays what it was when a cohort goes
    over to another edition. `which` are conditions on `Cohort` and `Edition`, the one of the fact.

    Columns: cohort_id, kind, minutes.
    """
    first = (
        select(EnrolmentPeriod.enrolment_id, func.min(EnrolmentPeriod.began_at).label("began_at"))
        .group_by(EnrolmentPeriod.enrolment_id)
        .subquery("first")
    )
    same = (Enrolment.user_id, *ONE_FACT)
    return (
        select(Enrolment.cohort_id, Activity.kind, Activity.minutes)
        .ext(distinct_on(*same))
        .select_from(ActivityCompletion)
        .join(
            Enrolment,
            and_(
                Enrolment.id == ActivityCompletion.enrolment_id, Enrolment.role == EnrolmentRole.PARTICIPANT
            ),
        )
        .outerjoin(first, first.c.enrolment_id == Enrolment.id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.id == ActivityCompletion.activity_id)
        .join(Edition, Edition.id == Activity.edition_id)
        .where(
            ActivityCompletion.completed_at >= since,
            ActivityCompletion.completed_at <= until,
            *which,
        )
        .order_by(*same, first.c.began_at.asc().nulls_last(), Enrolment.id, Edition.number, Activity.id)
        .subquery("first_facts")
    )
