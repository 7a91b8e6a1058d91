"""Who was at a meeting."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Enrolment, Meeting, SignOff
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.queries.sign_offs import still_holds
from peergang.cohorts.rules import AttendanceState, EnrolmentRole, EnrolmentState, MeetingState
from peergang.core.db import Rows
from peergang.identity.models import Affiliation, Institution, User


def list_attendance(session: Session, cohort_id: UUID, meeting_id: UUID) -> Rows:
    """Everybody who takes part, or of whom something was recorded, by name; `state` is None as long as nothing was. After
    them who was invited and did not answer yet: they may well be in the room.

    Columns: enrolment_id, user_id, given_name, name_particle, family_name, institution_name, invited (whether they did not
    answer yet), state, recorded_by_id, recorded_at, reason (None unless signed off).
    """
    invited = Enrolment.state == EnrolmentState.INVITED
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.user_id,
            User.given_name,
            User.name_particle,
            User.family_name,
            Institution.name.label("institution_name"),
            invited.label("invited"),
            Attendance.state,
            Attendance.recorded_by_id,
            Attendance.recorded_at,
            SignOff.reason,
        )
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .outerjoin(
            Attendance, (Attendance.enrolment_id == Enrolment.id) & (Attendance.meeting_id == meeting_id)
        )
        .outerjoin(
            SignOff,
            (SignOff.enrolment_id == Enrolment.id) & (SignOff.meeting_id == meeting_id) & still_holds(),
        )
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            or_(Enrolment.state.in_(TAKES_PART), invited, Attendance.state.is_not(None)),
        )
        .order_by(invited, User.sort_key, Enrolment.id)
    ).all()


def list_present(session: Session, enrolment_ids: Sequence[UUID]) -> Rows:
    """The meetings with an activity that these people were at, the first one first.

    Columns: enrolment_id, meeting_id, activity_id, ends_at, recorded_at.
    """
    return session.execute(
        select(
            Attendance.enrolment_id,
            Attendance.meeting_id,
            Meeting.activity_id,
            Meeting.ends_at,
            Attendance.recorded_at,
        )
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(
            Attendance.enrolment_id.in_(enrolment_ids),
            Attendance.state == AttendanceState.PRESENT,
            Meeting.activity_id.is_not(None),
            Meeting.state == MeetingState.PLANNED,
        )
        .order_by(Meeting.ends_at, Meeting.number)
    ).all()
