"""Who took part in a year: the selects on which all figures of that year stand. They read the periods of taking part as they
were by the last moment that counts: give that as the parameter `now` (`{"now": year.at}`).
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.clock import start_of_day
from peergang.curriculum.models import Edition
from peergang.progress.queries.leaving import LEFT_THEN
from peergang.progress.queries.participation import SHOWN
from peergang.progress.queries.people import LATEST
from peergang.progress.rules.filters import Sign
from peergang.progress.rules.years import Year


def was_there(since: date) -> ColumnElement[bool]:
    """Whether somebody had not stopped before `since`."""
    return or_(LEFT_THEN.is_(None), start_of_day(since) <= LEFT_THEN)


def is_of_programme(year: Year) -> ColumnElement[bool]:
    """Whether an edition is of the programme that was asked for."""
    return true() if year.sign == Sign.BOTH else Edition.sign == year.sign


def select_begun(year: Year) -> Select[Any]:
    """Every participant who had begun by the last day of the year, in a cohort that ran in it; who stopped too. Add columns,
    joins and groups.
    """
    ran = and_(Cohort.state.in_(SHOWN), Cohort.starts_on <= year.last, Cohort.ends_on >= year.since)
    return (
        select()
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Edition, Edition.id == Cohort.edition_id)
        .join(LATEST, true())
        .where(ran, is_of_programme(year), Enrolment.role == EnrolmentRole.PARTICIPANT)
    )


def select_members(year: Year) -> Select[Any]:
    """Those of them who took part in the year itself: who stopped before it is left out."""
    return select_begun(year).where(was_there(year.since))
