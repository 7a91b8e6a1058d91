"""Facts as plain rows: whole tables, without a join, a condition or a sum."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import (
    ActivityCompletion,
    Attendance,
    Cohort,
    CohortActivity,
    Enrolment,
    Extension,
    Meeting,
    TopicRead,
)
from peergang.coursework.models import Reflection, ReflectionVersion
from peergang.curriculum.models import Activity, Edition
from peergang.identity.models import Affiliation, Institution
from peergang.progress.models import EnrolmentPeriod

Table = list[Any]

_TABLES: dict[str, Any] = {
    "institutions": Institution,
    "affiliations": Affiliation,
    "editions": Edition,
    "activities": Activity,
    "cohorts": Cohort,
    "dates": CohortActivity,
    "enrolments": Enrolment,
    "periods": EnrolmentPeriod,
    "completions": ActivityCompletion,
    "extensions": Extension,
    "meetings": Meeting,
    "attendances": Attendance,
    "reflections": Reflection,
    "versions": ReflectionVersion,
    "readings": TopicRead,
}


@dataclass(frozen=True)
class Facts:
    """Every table that figures are made of."""

    institutions: Table
    affiliations: Table
    editions: Table
    activities: Table
    cohorts: Table
    dates: Table
    enrolments: Table
    periods: Table
    completions: Table
    extensions: Table
    meetings: Table
    attendances: Table
    reflections: Table
    versions: Table
    readings: Table


def load_facts(session: Session) -> Facts:
    """All rows of all these tables, as they are now."""
    session.flush()
    names = [one.name for one in fields(Facts)]
    return Facts(**{name: list(session.execute(select(_TABLES[name].__table__))) for name in names})
