"""The history of progress: one row a day for every enrolment that may still move."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Select, exists, func, literal, null, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import (
    ActivityCompletion,
    Cohort,
    CompletionOverride,
    EditionUpgrade,
    Enrolment,
)
from peergang.cohorts.rules import CohortState, EnrolmentRole
from peergang.core.clock import at_local, local_date, start_of_day
from peergang.core.db import Bind, transaction
from peergang.core.nightly import make_room
from peergang.curriculum.models import Activity, Edition
from peergang.progress.actions.thinning import thin_week
from peergang.progress.models import EnrolmentPeriod, EnrolmentProgress, ProgressSnapshot, SnapshotDay
from peergang.progress.queries.facts import NOW
from peergang.progress.queries.history import list_missed_days, list_thick_weeks
from peergang.progress.queries.standing import STATE_THEN, TOOK_PART_THEN, present
from peergang.progress.rules.history import EVENING
from peergang.progress.rules.moment import Moment

MOVING = (CohortState.OPEN, CohortState.RUNNING)

_FIGURES = ("required", "completed", "due", "handed_in", "on_time", "last_active_at")


def keep_history(bind: Bind, *, now: datetime, keep_on: Callable[[], bool] = lambda: True) -> int:
    """Take the snapshot of this day, thin what is older than a quarter, and make up for evenings on which nobody took one.

    The platform itself does this. Each step is a transaction of its own and leaves nothing half-done; a second run finds
    nothing to do.

    Returns:
        How many rows the snapshot of today added or changed.
    """
    with transaction(bind) as session:
        taken = take_snapshot(session, now=now)
        missed = list_missed_days(session, local_date(now))
        thick = list_thick_weeks(session, local_date(now))
    # Of the two the first is the lighter, and must not wait for a day that cannot be made up for.
    for week in thick:
        if keep_on():
            with transaction(bind) as session:
                make_room(session)
                thin_week(session, week)
    for day in missed:
        if keep_on():
            with transaction(bind) as session:
                make_up_snapshot(session, day, now=now)
    return taken


def take_snapshot(session: Session, *, now: datetime) -> int:
    """Keep the compiled figures as those of this day in Amsterdam; run it near the end of the day.

    The platform itself does this. A second run on the same day brings the day up to date and adds nothing. Of cohorts that
    have ended only what was compiled today is kept: the rest stands in the history and cannot change.

    Returns:
        How many rows were added or changed.
    """
    make_room(session)
    day = local_date(now)
    statement = insert(ProgressSnapshot).from_select(
        ["day", "enrolment_id", *_FIGURES], _select_today(day).params(now=now)
    )
    fresh, kept = statement.excluded, ProgressSnapshot
    changed = statement.on_conflict_do_update(
        index_elements=["day", "enrolment_id"],
        set_={name: fresh[name] for name in _FIGURES},
        where=or_(*(getattr(kept, name).is_distinct_from(fresh[name]) for name in _FIGURES)),
    ).returning(ProgressSnapshot.enrolment_id)
    rows = len(session.execute(changed).all())
    _note_day(session, day, now)
    return rows


def _select_today(day: date) -> Select[Any]:
    standing = present()
    members = (
        select(
            literal(day, Date).label("day"),
            Enrolment.id.label("enrolment_id"),
            EnrolmentProgress.required,
            EnrolmentProgress.completed,
            func.coalesce(standing.due, 0).label("due"),
            func.coalesce(standing.handed_in, 0).label("handed_in"),
            func.coalesce(standing.on_time, 0).label("on_time"),
            standing.last_active.label("last_active_at"),
        )
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
    )
    return standing.join(members).where(
        EnrolmentProgress.enrolment_id.is_not(None),
        or_(Cohort.state.in_(MOVING), EnrolmentProgress.compiled_at >= start_of_day(day)),
    )


def make_up_snapshot(session: Session, day: date, *, now: datetime) -> int:
    """Reckon from dated facts how far everybody was at the end of a day that was missed. The platform itself does this.

    What was taken before the evening makes way, except of whom the facts no longer say it: then the morning is the nearest.
    Of whom the facts no longer say it (their cohort went over to another edition since, or an override was taken back) there
    is no row, and the nearest earlier one counts. What a snapshot keeps beside progress stays empty, so that dated facts speak.

    Returns:
        How many rows were added or replaced; 0 where the day has a snapshot of its evening.
    """
    make_room(session)
    if not _note_made_up(session, day, now):
        return 0
    moment = Moment(now, day)
    rows = insert(ProgressSnapshot).from_select(
        ["day", "enrolment_id", "required", "completed"], _select_by_facts(day).params(now=moment.at)
    )
    fresh = {name: rows.excluded[name] for name in ("required", "completed")}
    written = rows.on_conflict_do_update(
        index_elements=["day", "enrolment_id"], set_={**dict.fromkeys(_FIGURES, null()), **fresh}
    )
    return len(session.execute(written.returning(ProgressSnapshot.enrolment_id)).all())


def _select_by_facts(day: date) -> Select[Any]:
    asked, fact, was, edition, here = (
        Activity,
        ActivityCompletion,
        aliased(Activity),
        aliased(Edition),
        aliased(Edition),
    )
    done = (
        exists()
        .where(
            fact.enrolment_id == Enrolment.id,
            fact.completed_at <= NOW,
            was.id == fact.activity_id,
            was.slug == asked.slug,
            was.kind == asked.kind,
            edition.id == was.edition_id,
            here.id == asked.edition_id,
            edition.programme_id == here.programme_id,
        )
        .correlate(Enrolment, asked)
    )
    required = (
        select(func.count()).where(asked.edition_id == Cohort.edition_id, asked.required).correlate(Cohort)
    )
    completed = (
        select(func.count())
        .select_from(asked)
        .where(asked.edition_id == Cohort.edition_id, asked.required, done)
        .correlate(Cohort, Enrolment)
    )
    return (
        select(
            literal(day, Date).label("day"),
            Enrolment.id,
            required.scalar_subquery().label("required"),
            completed.scalar_subquery().label("completed"),
        )
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(EnrolmentPeriod, TOOK_PART_THEN)
        .where(
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            STATE_THEN.in_(MOVING),
            ~exists().where(EditionUpgrade.cohort_id == Cohort.id, EditionUpgrade.upgraded_at > NOW),
            ~exists().where(
                CompletionOverride.enrolment_id == Enrolment.id, CompletionOverride.taken_back_at > NOW
            ),
        )
    )


def _note_day(session: Session, day: date, now: datetime) -> None:
    noted = insert(SnapshotDay).values(day=day, taken_at=now, made_up=False)
    session.execute(
        noted.on_conflict_do_update(index_elements=["day"], set_={"taken_at": now, "made_up": False})
    )


def _note_made_up(session: Session, day: date, now: datetime) -> bool:
    """Take the day upon oneself, unless it has a snapshot of its evening; a second worker waits here and finds that."""
    noted = insert(SnapshotDay).values(day=day, taken_at=now, made_up=True)
    mine = noted.on_conflict_do_update(
        index_elements=["day"],
        set_={"taken_at": now, "made_up": True},
        where=SnapshotDay.taken_at < at_local(day, EVENING),
    )
    return session.execute(mine.returning(SnapshotDay.day)).first() is not None
