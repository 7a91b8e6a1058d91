"""How long people waited for the first reaction on what they handed in. Days of facts, and no word of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.clock import start_of_day
from peergang.core.db import Rows, local_day
from peergang.coursework.models import PeerFeedback, Reflection, ReflectionVersion, Review
from peergang.coursework.rules import Audience
from peergang.curriculum.models import Edition
from peergang.progress.queries.annual_members import is_of_programme
from peergang.progress.queries.participation import SHOWN
from peergang.progress.rules.years import Year


def list_feedback_of_year(session: Session, year: Year) -> Rows:
    """What was handed in in the year, by cohort and days. Columns: cohort_id, handed_in (a day), answered (a day, or empty),
    number.
    """
    began = ReflectionVersion.submitted_at >= start_of_day(year.since)
    return _list(session, year.moment, and_(began, is_of_programme(year)))


def list_feedback_of_cohorts(session: Session, cohort_ids: Sequence[UUID], moment: datetime) -> Rows:
    """The same columns for some cohorts, from their beginning."""
    return _list(
        session, moment, Cohort.id == func.any(cast(literal(list(cohort_ids), ARRAY(Uuid)), ARRAY(Uuid)))
    )


def _first(table: Any, moment: datetime) -> Any:
    return (
        select(func.min(table.sent_at))
        .where(table.version_id == ReflectionVersion.id, table.sent_at < moment)
        .scalar_subquery()
    )


def _list(session: Session, moment: datetime, which: Any) -> Rows:
    versions = (
        select(
            Enrolment.cohort_id,
            local_day(ReflectionVersion.submitted_at).label("handed_in"),
            local_day(func.least(_first(Review, moment), _first(PeerFeedback, moment))).label("answered"),
        )
        .select_from(ReflectionVersion)
        .join(Reflection, Reflection.id == ReflectionVersion.reflection_id)
        .join(
            Enrolment,
            and_(Enrolment.id == Reflection.enrolment_id, Enrolment.role == EnrolmentRole.PARTICIPANT),
        )
        .join(Cohort, and_(Cohort.id == Enrolment.cohort_id, Cohort.state.in_(SHOWN)))
        .join(Edition, Edition.id == Cohort.edition_id)
        .where(Reflection.audience != Audience.PRIVATE, ReflectionVersion.submitted_at < moment, which)
        .subquery("versions")
    )
    return session.execute(select(*versions.c, func.count().label("number")).group_by(*versions.c)).all()
