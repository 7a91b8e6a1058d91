"""For which institution an enrolment counts on a day (invariant 9, docs/decisions/0021-affiliations.md).

Nothing is copied for this: the periods of affiliations say it, so a change that is told late puts history right without
a row of history being touched.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.db import local_day
from peergang.identity.models import Affiliation, Institution
from peergang.identity.queries.affiliations import select_places
from peergang.progress.queries.facts import NOW, Among

Day = date | ColumnElement[date]


TODAY = local_day(NOW)
"""The day of the parameter `now`."""


def counting_day(day: Day) -> ColumnElement[date]:
    """The day that decides when figures of `day` are asked: `day`, or the last day of the enrolment or the cohort when that
    was earlier. What ended stays where it was, wherever somebody works now.
    """
    return func.least(
        day, Cohort.ends_on, local_day(Enrolment.completed_at), local_day(Enrolment.withdrawn_at)
    )


def join_institution(statement: Any, day: Day, among: Among = None) -> Any:
    """Join `Institution`, the one for which each `Enrolment` of the statement counts on `day`. With `among`, a condition on
    `Enrolment` that holds for all of the statement, only the periods of those people are read.

    Who has an affiliation counts somewhere: in a gap the one before counts, and where nothing is known any more the one
    under which the enrolment began.
    """
    place = _places(among)
    began_at: InstrumentedAttribute[UUID] = Affiliation.institution_id
    return (
        statement.join(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(
            place,
            and_(
                place.c.user_id == Enrolment.user_id,
                or_(place.c.starts.is_(None), place.c.starts <= day),
                or_(place.c.ends.is_(None), place.c.ends > day),
            ),
        )
        .join(Institution, Institution.id == func.coalesce(place.c.institution_id, began_at))
    )


def _places(among: Among) -> Subquery:
    places = select_places()
    if among is not None:
        people = select(Enrolment.user_id).where(among).correlate(None)
        places = places.where(Affiliation.user_id.in_(people))
    return places.subquery("place")
