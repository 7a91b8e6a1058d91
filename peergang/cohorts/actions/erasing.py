"""Erasing somebody from cohorts: their place and what they finished stay without a name, their words go."""

from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from peergang.cohorts.models import (
    Attendance,
    CalendarFeed,
    CalendarLine,
    CompletionOverride,
    EditionUpgrade,
    Enrolment,
    Extension,
    IntervisionSession,
    JoinRequest,
    MeetingPage,
    SignOff,
    TopicRead,
)
from peergang.identity.actions.audit import erasing
from peergang.identity.actions.erasing import forget_reasons
from peergang.identity.models import User

_WORDS = ("given_name", "particle", "family_name", "email", "institution_text", "job_title", "motivation")


def erase_places(session: Session, user_id: UUID) -> None:
    """Empty what somebody told about themselves; figures, groups and facts stay (invariants 2 and 9). Called by erasure,
    after its own policy, and before identity forgets the address.
    """
    places = list(session.scalars(select(Enrolment.id).where(Enrolment.user_id == user_id)))
    for own in (TopicRead, SignOff, CalendarLine):
        session.execute(delete(own).where(own.enrolment_id.in_(places)))
    session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == user_id))
    session.execute(update(Extension).where(Extension.enrolment_id.in_(places)).values(reason=""))
    case = update(IntervisionSession).where(IntervisionSession.case_enrolment_id.in_(places))
    session.execute(case.values(case_enrolment_id=None))
    address = select(User.email).where(User.id == user_id).scalar_subquery()
    asked = or_(JoinRequest.user_id == user_id, JoinRequest.email == address)
    session.execute(delete(JoinRequest).where(asked, JoinRequest.state == "waiting"))
    session.execute(update(JoinRequest).where(asked).values(dict.fromkeys(_WORDS, "")))
    for column in (
        Attendance.recorded_by_id,
        Extension.granted_by_id,
        EditionUpgrade.upgraded_by_id,
        JoinRequest.decided_by_id,
        MeetingPage.notes_by_id,
    ):
        session.execute(update(column.class_).where(column == user_id).values({column.key: None}))
    with erasing(session):
        _forget_overrides(session, user_id, places)
        forget_reasons(session, places)
    session.expire_all()


def _forget_overrides(session: Session, user_id: UUID, places: list[UUID]) -> None:
    """Empty why something was completed by judgment, and who judged; that it was, stays."""
    override = CompletionOverride
    session.execute(update(override).where(override.enrolment_id.in_(places)).values(reason=""))
    for column in (override.made_by_id, override.taken_back_by_id):
        session.execute(update(override).where(column == user_id).values({column.key: None}))
