"""The list of somebody's own meetings."""

from uuid import UUID

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Cohort, Enrolment, Meeting, MeetingAction, SignOff
from peergang.cohorts.queries.sign_offs import still_holds
from peergang.cohorts.rules import CohortState, EnrolmentRole
from peergang.core.db import Rows
from peergang.core.permissions import Actor


def list_my_meetings(session: Session, actor: Actor) -> Rows:
    """Every meeting of the cohorts that the actor takes part in or trains, in the order of time; past ones stay.

    Columns: meeting_id, title, starts_at, ends_at, place, link, state, cohort_id, cohort_name, signed_off, attendance
    (both of the actor as participant), open_actions (of the actor).
    """
    mine = _own_enrolment(actor)
    return session.execute(
        select(
            Meeting.id.label("meeting_id"),
            Meeting.title,
            Meeting.starts_at,
            Meeting.ends_at,
            Meeting.place,
            Meeting.link,
            Meeting.state,
            Cohort.id.label("cohort_id"),
            Cohort.name.label("cohort_name"),
            SignOff.signed_off_at.is_not(None).label("signed_off"),
            Attendance.state.label("attendance"),
            _open_actions(actor).label("open_actions"),
        )
        .join(Cohort, Cohort.id == Meeting.cohort_id)
        .outerjoin(
            SignOff, (SignOff.meeting_id == Meeting.id) & (SignOff.enrolment_id == mine) & still_holds()
        )
        .outerjoin(Attendance, (Attendance.meeting_id == Meeting.id) & (Attendance.enrolment_id == mine))
        .where(Cohort.id.in_(actor.follows | actor.trains), Cohort.state != CohortState.PLANNED)
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()


def _own_enrolment(actor: Actor) -> ScalarSelect[UUID]:
    """The actor as participant of the cohort of the row."""
    return (
        select(Enrolment.id)
        .where(
            Enrolment.cohort_id == Cohort.id,
            Enrolment.user_id == actor.user_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
        )
        .correlate(Cohort)
        .scalar_subquery()
    )


def _open_actions(actor: Actor) -> ScalarSelect[int]:
    """How much of what was agreed at the meeting of the row is still the actor's to do."""
    return (
        select(func.count())
        .select_from(MeetingAction)
        .join(Enrolment, Enrolment.id == MeetingAction.enrolment_id)
        .where(
            MeetingAction.meeting_id == Meeting.id,
            MeetingAction.done_at.is_(None),
            Enrolment.user_id == actor.user_id,
        )
        .correlate(Meeting)
        .scalar_subquery()
    )
