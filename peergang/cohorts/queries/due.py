"""When an activity is due for one participant: the only place that knows about extensions.

Whoever wants to know a due date of a person selects `personal_due_at()` beside or instead of `CohortActivity.due_at`; a
test of the house sees to it. An extension only ever gives more time: when the whole cohort moves past it, that counts.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import CohortActivity, CohortModule, Enrolment, Extension
from peergang.core.db import Rows
from peergang.curriculum.models import Activity, Module


def extended_to(
    enrolment_id: Any = Enrolment.id, activity_id: Any = CohortActivity.activity_id
) -> ScalarSelect[Any]:
    """The date of the extension that counts now, or NULL; a scalar subquery, so that no row can come twice."""
    return (
        select(Extension.due_at)
        .where(
            Extension.enrolment_id == enrolment_id,
            Extension.activity_id == activity_id,
            Extension.revoked_at.is_(None),
        )
        # What is asked about must stand in the statement around it; forgotten, it is an error and no other date.
        .correlate_except(Extension)
        .scalar_subquery()
    )


def personal_due_at(
    enrolment_id: Any = Enrolment.id, activity_id: Any = CohortActivity.activity_id
) -> ColumnElement[datetime]:
    """When the activity of `CohortActivity` is due for the participant `enrolment_id`: with a later date, that one.

    Without a participant (NULL) it is the date of the cohort. GREATEST passes over NULL.
    """
    return func.greatest(CohortActivity.due_at, extended_to(enrolment_id, activity_id))


def is_extended(
    enrolment_id: Any = Enrolment.id, activity_id: Any = CohortActivity.activity_id
) -> ColumnElement[bool]:
    """Whether the participant has more time for the activity of `CohortActivity` than the cohort."""
    return func.coalesce(extended_to(enrolment_id, activity_id) > CohortActivity.due_at, False)


def is_due_by(
    moment: Any, enrolment_id: Any = Enrolment.id, activity_id: Any = CohortActivity.activity_id
) -> ColumnElement[bool]:
    """Whether `personal_due_at` is at or before `moment`, in words for which the database can use its index."""
    return and_(CohortActivity.due_at <= moment, personal_due_at(enrolment_id, activity_id) <= moment)


def may_be_due_after(
    moment: datetime, enrolment_id: Any = Enrolment.id, activity_id: Any = CohortActivity.activity_id
) -> ColumnElement[bool]:
    """Whether `personal_due_at` lies after `moment`, in words for which the database can use its index."""
    later = (
        exists()
        .where(
            Extension.enrolment_id == enrolment_id,
            Extension.activity_id == activity_id,
            Extension.revoked_at.is_(None),
            Extension.due_at > moment,
        )
        .correlate_except(Extension)
    )
    return (CohortActivity.due_at > moment) | later


EXTENDS = and_(
    Extension.enrolment_id == Enrolment.id,
    Extension.activity_id == CohortActivity.activity_id,
    Extension.revoked_at.is_(None),
)
"""For sums over thousands of people: `.outerjoin(Extension, EXTENDS)`, and then `JOINED_DUE_AT` is the personal date."""

JOINED_DUE_AT: ColumnElement[datetime] = func.greatest(CohortActivity.due_at, Extension.due_at)


def personal_module_due_at(
    enrolment_id: Any, module_id: Any = CohortModule.module_id
) -> ColumnElement[datetime]:
    """When the module of `CohortModule` is due for a participant: no sooner than what they have more time for in it."""
    latest = (
        select(func.max(Extension.due_at))
        .join(Activity, Activity.id == Extension.activity_id)
        .where(
            Extension.enrolment_id == enrolment_id,
            Activity.module_id == module_id,
            Extension.revoked_at.is_(None),
        )
        .correlate_except(Extension, Activity)
        .scalar_subquery()
    )
    return func.greatest(CohortModule.due_at, latest)


def list_extensions(session: Session, cohort_id: UUID, enrolment_id: UUID) -> Rows:
    """The activities of a participant with their dates, in the order of the programme.

    Columns: activity_id, title, title_en, kind, module_id, module_code, module_title, module_title_en, opens_at, due_at
    (of the cohort), extension_id, extended_to, reason, granted_at (None where there is no extension).
    """
    granted = and_(
        Extension.activity_id == Activity.id,
        Extension.enrolment_id == enrolment_id,
        Extension.revoked_at.is_(None),
    )
    return session.execute(
        select(
            Activity.id.label("activity_id"),
            Activity.title,
            Activity.title_en,
            Activity.kind,
            Module.id.label("module_id"),
            Module.code.label("module_code"),
            Module.title.label("module_title"),
            Module.title_en.label("module_title_en"),
            CohortActivity.opens_at,
            CohortActivity.due_at,
            Extension.id.label("extension_id"),
            Extension.due_at.label("extended_to"),
            Extension.reason,
            Extension.granted_at,
        )
        .join(Module, Module.id == Activity.module_id)
        .join(CohortActivity, CohortActivity.activity_id == Activity.id)
        .outerjoin(Extension, granted)
        .where(CohortActivity.cohort_id == cohort_id)
        .order_by(Module.position, Activity.position)
    ).all()
