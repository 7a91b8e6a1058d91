"""Two cohorts, read for comparing: sums by meeting, by week of the run and by module. Never a text that somebody wrote."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, Cohort, Enrolment
from peergang.cohorts.queries.due import JOINED_DUE_AT
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.db import Rows, local_day
from peergang.core.errors import NotFound
from peergang.coursework.models import ReflectionVersion
from peergang.curriculum.models import Activity, Edition, Module
from peergang.progress.models import EnrolmentPeriod
from peergang.progress.queries.annual_feedback import list_feedback_of_cohorts
from peergang.progress.queries.annual_modules import list_modules_of_cohorts
from peergang.progress.queries.evidence import select_work_due
from peergang.progress.queries.facts import NOW
from peergang.progress.queries.meetings import list_meeting_attendance
from peergang.progress.queries.participation import list_cells_in, list_shown_cohorts
from peergang.progress.queries.standing import TOOK_PART_THEN
from peergang.progress.rules.annual import add_up_modules
from peergang.progress.rules.comparing import Run, Work, weeks_of
from peergang.progress.rules.figures import add_up, percent
from peergang.progress.rules.moment import Moment
from peergang.progress.rules.waiting_days import measure_waiting

WEEK = 7


def get_runs(session: Session, cohort_ids: Sequence[UUID], at: Moment) -> list[Run]:
    """These cohorts with their figures, in the order that was asked for, in a constant number of statements.

    Raises:
        NotFound: when one of them has no figures, or does not exist.
    """
    heads = {one.id: one for one in list_shown_cohorts(session, at)}
    names = [str(one) for one in cohort_ids]
    if not set(names) <= heads.keys():
        raise NotFound
    found = _read(session, cohort_ids, at)
    return [_make_run(heads[name], name, found, at) for name in names]


def _read(session: Session, ids: Sequence[UUID], at: Moment) -> dict[str, dict[str, list[Any]]]:
    """The rows of every select, by kind and by cohort."""
    read = {
        "cells": list_cells_in(session, at, ids),
        "meetings": list_meeting_attendance(session, at, ids),
        "sizes": list_sizes(session, ids, at),
        "weeks": list_weeks(session, ids, at),
        "work": list_work_by_module(session, ids, at),
        "losses": list_modules_of_cohorts(session, ids, at.at),
        "feedback": list_feedback_of_cohorts(session, ids, at.at),
    }
    found: dict[str, dict[str, list[Any]]] = {}
    for kind, rows in read.items():
        by_cohort: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            by_cohort[str(row.cohort_id)].append(row)
        found[kind] = by_cohort
    return found


def _make_run(cohort: Any, name: str, found: dict[str, dict[str, list[Any]]], at: Moment) -> Run:
    size = found["sizes"][name][0] if found["sizes"][name] else None
    whole = size.people * size.required if size else 0
    done = {int(row.week): row.number for row in found["weeks"][name]}
    return Run(
        cohort=cohort,
        figures=add_up(found["cells"][name]),
        people=size.people if size else 0,
        meetings={row.number: percent(row.present, row.recorded) for row in found["meetings"][name]},
        weeks=weeks_of(done, whole, _count_weeks(cohort, at.today)),
        work=[
            Work(row.sign, row.slug, row.code, row.title, row.title_en, row.due, row.handed_in, row.in_time)
            for row in found["work"][name]
        ],
        losses=add_up_modules(found["losses"][name]),
        waiting=measure_waiting(found["feedback"][name], at.today),
    )


def _count_weeks(cohort: Any, today: date) -> int:
    """The weeks of the run that have begun."""
    days: int = (min(today, cohort.ends_on) - cohort.starts_on).days
    return max(0, days // WEEK + 1)


def _of_members(statement: Select[*tuple[Any, ...]], ids: Sequence[UUID]) -> Select[*tuple[Any, ...]]:
    """Of who took part in one of these cohorts at the moment `now`; whoever had stopped by then is left out."""
    return statement.join(EnrolmentPeriod, TOOK_PART_THEN).where(
        Enrolment.cohort_id == func.any(cast(literal(list(ids), ARRAY(Uuid)), ARRAY(Uuid))),
        Enrolment.role == EnrolmentRole.PARTICIPANT,
    )


def list_sizes(session: Session, ids: Sequence[UUID], at: Moment) -> Rows:
    """How many people, and how many required activities each has. Columns: cohort_id, people, required."""
    required = (
        select(func.count())
        .where(Activity.edition_id == Cohort.edition_id, Activity.required)
        .correlate(Cohort)
        .scalar_subquery()
    )
    sizes = (
        select(Enrolment.cohort_id, func.count().label("people"), func.max(required).label("required"))
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .group_by(Enrolment.cohort_id)
    )
    return session.execute(_of_members(sizes, ids), {"now": at.at}).all()


def list_weeks(session: Session, ids: Sequence[UUID], at: Moment) -> Rows:
    """Required activities that were completed, by week since the first day of the cohort. Columns: cohort_id, week (from 0,
    below it before the first day), number.
    """
    week = func.floor((local_day(ActivityCompletion.completed_at) - Cohort.starts_on) / (WEEK * 1.0))
    weeks = (
        select(Enrolment.cohort_id, week.label("week"), func.count().label("number"))
        .select_from(ActivityCompletion)
        .join(Enrolment, Enrolment.id == ActivityCompletion.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(
            Activity,
            and_(
                Activity.id == ActivityCompletion.activity_id,
                Activity.edition_id == Cohort.edition_id,
                Activity.required,
            ),
        )
        .where(ActivityCompletion.completed_at <= NOW)
        .group_by(Enrolment.cohort_id, week)
    )
    return session.execute(_of_members(weeks, ids), {"now": at.at}).all()


def list_work_by_module(session: Session, ids: Sequence[UUID], at: Moment) -> Rows:
    """Required reflections that were due, by module of a cohort. Columns: cohort_id, sign, slug, code, title, title_en, due,
    handed_in, in_time.
    """
    came = ReflectionVersion.submitted_at
    module = (Enrolment.cohort_id, Edition.sign, Module.slug, Module.code, Module.title, Module.title_en)
    work = (
        select_work_due(past=at.past)
        .add_columns(
            *module,
            func.count().label("due"),
            func.count(came).label("handed_in"),
            func.count().filter(came <= JOINED_DUE_AT).label("in_time"),
        )
        .join(Edition, Edition.id == Module.edition_id)
        .group_by(*module, Module.position)
        .order_by(Module.position)
    )
    return session.execute(_of_members(work, ids), {"now": at.at}).all()
