"""Invitations, and what became of them."""

from sqlalchemy import ColumnElement, String, case, literal, select

from peergang.cohorts.models import Cohort, Enrolment
from peergang.cohorts.rules import INVITING, EnrolmentState
from peergang.notifications.catalog import Rows
from peergang.reminders.queries.moments import stamp


def select_invitations(occurrence: ColumnElement[str] | None = None) -> Rows:
    """Enrolments that were invited once, as (subject_id, recipient_id, occurrence, blocked). A new invitation is another
    occurrence.
    """
    blocked = case(
        (Enrolment.state == EnrolmentState.ACTIVE, "accepted"),
        (Enrolment.state == EnrolmentState.COMPLETED, "accepted"),
        (Enrolment.state != EnrolmentState.INVITED, "withdrawn"),
        (Cohort.state.not_in(INVITING), "closed"),
        else_=literal("", String),
    )
    return (
        select(
            Enrolment.id.label("subject_id"),
            Enrolment.user_id.label("recipient_id"),
            (stamp(Enrolment.invited_at) if occurrence is None else occurrence).label("occurrence"),
            blocked.label("blocked"),
        )
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.invited_at.is_not(None))
    )
