"""Who counts for which institution at the end of a day, each with their own figures: what sums for contacts are made of."""

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, CohortModule, Enrolment
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.db import Rows, local_day
from peergang.identity.models import Institution
from peergang.progress.queries.leaving import STOPPED_THEN
from peergang.progress.queries.people import LATEST, PLACE_THEN
from peergang.progress.queries.places import join_institution
from peergang.progress.queries.standing import SHOWN, then
from peergang.progress.rules.moment import Moment

_standing = then()
_opens_on = (
    select(local_day(func.min(CohortModule.opens_at)))
    .where(CohortModule.cohort_id == Enrolment.cohort_id)
    .correlate(Enrolment)
    .scalar_subquery()
)
_members = (
    select(
        Institution.id.label("institution_id"),
        Enrolment.id.label("enrolment_id"),
        Enrolment.cohort_id,
        STOPPED_THEN.label("stopped"),
        func.coalesce(_standing.presence.c.present, 0).label("present"),
        func.coalesce(_standing.presence.c.recorded, 0).label("recorded"),
        _standing.completed.label("completed"),
        _standing.required.label("required"),
        _standing.on_time.label("on_time"),
        _standing.handed_in.label("handed_in"),
        func.coalesce(_standing.due, 0).label("due"),
        _standing.last_active.label("last_active"),
        # Nobody could do anything before their cohort began and something opened.
        func.greatest(local_day(PLACE_THEN.activated_at), Cohort.starts_on, _opens_on).label("could_begin"),
    )
    .select_from(Enrolment)
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(LATEST, true())
)
_COUNTED = _standing.join(join_institution(_members, PLACE_THEN.day)).where(
    Enrolment.role == EnrolmentRole.PARTICIPANT, _standing.state.in_(SHOWN)
)


def list_counted(session: Session, at: Moment) -> Rows:
    """Everybody who took part by the end of a past day, those who stopped too, and for which institution they count.

    Columns: institution_id, enrolment_id, cohort_id, stopped, present, recorded, completed, required, on_time,
    handed_in, due, last_active, could_begin (a day).
    """
    return session.execute(_COUNTED, {"now": at.at}).all()
