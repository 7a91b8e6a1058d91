"""What one participant's path is made of, for themselves."""

from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import ActivityCompletion, Attendance, Cohort, Meeting, SignOff, TopicRead
from peergang.cohorts.queries.sign_offs import still_holds
from peergang.cohorts.rules import MeetingState
from peergang.core.db import Rows
from peergang.core.prepared import Prepared
from peergang.coursework.queries.path import IN_FULL
from peergang.curriculum.models import Module, Topic

_full = IN_FULL.add_columns(ActivityCompletion.rule_version).order_by(None).subquery("step")
# What it says in full stands on the page of the module.
_PATH = Prepared(
    select(*(one for one in _full.c if one.name != "body_html")).order_by(
        _full.c.module_position, _full.c.position
    )
)
_UNREAD = Prepared(
    select(Topic.module_id, func.count().label("unread"))
    .join(Module, Module.id == Topic.module_id)
    .join(Cohort, Cohort.edition_id == Module.edition_id)
    .outerjoin(
        TopicRead,
        and_(
            TopicRead.topic_id == Topic.id,
            TopicRead.enrolment_id == bindparam("enrolment_id", type_=Uuid()),
        ),
    )
    .where(Cohort.id == bindparam("cohort_id"), TopicRead.topic_id.is_(None))
    .group_by(Topic.module_id)
)


def list_path(session: Session, cohort_id: UUID, enrolment_id: UUID) -> Rows:
    """All activities of a cohort in their order with what one participant did of them; `due_at` is their own.

    Columns: those of `list_tasks` of coursework for one module, without body_html; and rule_version (of the fact).
    """
    return _PATH.all(session, cohort_id=cohort_id, enrolment_id=enrolment_id)


def count_unread(session: Session, cohort_id: UUID, enrolment_id: UUID) -> dict[UUID, int]:
    """How many topics of each module the participant has not marked as read; modules without any are left out."""
    rows = _UNREAD.all(session, cohort_id=cohort_id, enrolment_id=enrolment_id)
    return {row.module_id: row.unread for row in rows}


def list_attended(session: Session, cohort_id: UUID, enrolment_id: UUID) -> Rows:
    """The meetings of a cohort in the order of time, with what was written down about one participant.

    Columns: meeting_id, number, title, starts_at, ends_at, state (present, absent, excused; None when nothing was written
    down), signed_off.
    """
    return session.execute(
        select(
            Meeting.id.label("meeting_id"),
            Meeting.number,
            Meeting.title,
            Meeting.starts_at,
            Meeting.ends_at,
            Attendance.state,
            SignOff.signed_off_at.is_not(None).label("signed_off"),
        )
        .outerjoin(
            Attendance, and_(Attendance.meeting_id == Meeting.id, Attendance.enrolment_id == enrolment_id)
        )
        .outerjoin(
            SignOff,
            and_(SignOff.meeting_id == Meeting.id, SignOff.enrolment_id == enrolment_id, still_holds()),
        )
        .where(Meeting.cohort_id == cohort_id, Meeting.state == MeetingState.PLANNED)
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
