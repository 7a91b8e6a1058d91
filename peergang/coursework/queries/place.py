"""Somebody's places in cohorts, the one that matters first, with the next meeting of each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, case, or_, select, true
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment, Meeting, PeerGroup, PeerGroupMembership
from peergang.cohorts.rules import CohortState, EnrolmentRole, EnrolmentState, MeetingState
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.core.prepared import Prepared
from peergang.curriculum.models import Activity, Edition

_STARTED = Enrolment.state == EnrolmentState.ACTIVE
_NEARNESS = case(
    (and_(_STARTED, Cohort.state == CohortState.RUNNING), 0),
    (and_(_STARTED, Cohort.state.in_((CohortState.OPEN, CohortState.PLANNED))), 1),
    (Enrolment.state == EnrolmentState.INVITED, 2),
    (Enrolment.state == EnrolmentState.WAITLISTED, 3),
    else_=4,
)


_NEXT = (
    select(Meeting, Activity.settings["bring"].label("bring"))
    .outerjoin(Activity, Activity.id == Meeting.activity_id)
    .where(
        Meeting.cohort_id == Cohort.id,
        Meeting.state == MeetingState.PLANNED,
        Meeting.ends_at > bindparam("now"),
    )
    .order_by(Meeting.starts_at)
    .limit(1)
    .lateral("next_meeting")
)
_PLACES = Prepared(
    select(
        Enrolment.id.label("enrolment_id"),
        Enrolment.state,
        Enrolment.completed_at,
        Cohort.id.label("cohort_id"),
        Cohort.name.label("cohort_name"),
        Cohort.state.label("cohort_state"),
        Cohort.starts_on,
        Cohort.ends_on,
        Edition.title.label("edition_title"),
        Edition.title_en.label("edition_title_en"),
        Edition.sign,
        PeerGroup.id.label("peer_group_id"),
        PeerGroup.name.label("peer_group_name"),
        _NEXT.c.id.label("meeting_id"),
        _NEXT.c.number.label("meeting_number"),
        _NEXT.c.title.label("meeting_title"),
        _NEXT.c.starts_at.label("meeting_starts_at"),
        _NEXT.c.ends_at.label("meeting_ends_at"),
        _NEXT.c.place.label("meeting_place"),
        _NEXT.c.link.label("meeting_link"),
        _NEXT.c.activity_id.label("meeting_activity_id"),
        _NEXT.c.bring.label("meeting_bring"),
    )
    .join(Cohort, Cohort.id == Enrolment.cohort_id)
    .join(Edition, Edition.id == Cohort.edition_id)
    .outerjoin(
        PeerGroupMembership,
        and_(PeerGroupMembership.enrolment_id == Enrolment.id, PeerGroupMembership.left_at.is_(None)),
    )
    .outerjoin(PeerGroup, PeerGroup.id == PeerGroupMembership.peer_group_id)
    .outerjoin(_NEXT, true())
    .where(
        Enrolment.user_id == bindparam("user_id"),
        Enrolment.role == EnrolmentRole.PARTICIPANT,
        Enrolment.state != EnrolmentState.WITHDRAWN,
        Cohort.state != CohortState.CANCELLED,
        or_(Enrolment.state != EnrolmentState.INVITED, Cohort.state != CohortState.CLOSED),
    )
    .order_by(_NEARNESS, Cohort.starts_on.desc(), Enrolment.id)
)
"""Made once: putting a select this size together takes longer than running it."""


def list_places(session: Session, actor: Actor, now: datetime) -> Rows:
    """All places of the actor as a participant, the one that matters today first: running, about to start, invited,
    waiting, finished.

    Columns: enrolment_id, state, completed_at, cohort_id, cohort_name, cohort_state, starts_on, ends_on, edition_title,
    edition_title_en, sign, peer_group_id, peer_group_name; and of the next meeting (or None): meeting_id, meeting_number,
    meeting_title, meeting_starts_at, meeting_ends_at, meeting_place, meeting_link, meeting_activity_id, meeting_bring
    (list of texts).
    """
    return _PLACES.all(session, user_id=actor.user_id, now=now)


def _select_cohorts() -> Select[*tuple[Any, ...]]:
    return select(
        Cohort.id.label("cohort_id"),
        Cohort.name.label("cohort_name"),
        Edition.title.label("edition_title"),
        Edition.title_en.label("edition_title_en"),
        Edition.sign,
    ).join(Edition, Edition.id == Cohort.edition_id)


def list_trained_cohorts(session: Session, actor: Actor) -> Rows:
    """The cohorts that the actor trains, running ones first.

    Columns: cohort_id, cohort_name, edition_title, edition_title_en, sign.
    """
    statement = _select_cohorts().where(Cohort.state != CohortState.CANCELLED, Cohort.id.in_(actor.trains))
    running_first = case((Cohort.state == CohortState.RUNNING, 0), else_=1)
    return session.execute(statement.order_by(running_first, Cohort.starts_on.desc(), Cohort.id)).all()


def get_cohort(session: Session, cohort_id: UUID) -> AnyRow:
    """One cohort; columns as `list_trained_cohorts`.

    Raises:
        NotFound: when there is no such cohort.
    """
    row = session.execute(_select_cohorts().where(Cohort.id == cohort_id)).one_or_none()
    if row is None:
        raise NotFound
    return row
