"""Who was at a meeting."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Enrolment, SignOff
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.queries.sign_offs import still_holds
from peergang.cohorts.rules import EnrolmentRole
from peergang.core.db import Rows
from peergang.identity.models import Affiliation, Institution, User


def list_attendance(session: Session, cohort_id: UUID, meeting_id: UUID) -> Rows:
    """Everybody who takes part, or of whom something was recorded, by name; `state` is None as long as nothing was.

    Columns: enrolment_id, user_id, given_name, name_particle, family_name, institution_name, state, recorded_by_id,
    recorded_at, reason (None unless signed off).
    """
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.user_id,
            User.given_name,
            User.name_particle,
            User.family_name,
            Institution.name.label("institution_name"),
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
            Enrolment.state.in_(TAKES_PART) | Attendance.state.is_not(None),
        )
        .order_by(User.sort_key, Enrolment.id)
    ).all()
