"""What a module's page shows, in few selects: the module in its cohort, topics, questions, tasks, meetings."""

from uuid import UUID

from sqlalchemy import Boolean, Uuid, and_, any_, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session

from peergang.cohorts.models import Attendance, Cohort, CohortModule, Enrolment, Meeting, TopicRead
from peergang.cohorts.queries.due import personal_module_due_at
from peergang.cohorts.queries.roles import TAKES_PART
from peergang.cohorts.rules import CohortState, EnrolmentRole, MeetingState
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.core.permissions import Actor
from peergang.core.prepared import Prepared
from peergang.curriculum.models import Activity, Edition, Module, Reading, Topic

_READING = func.json_build_object(
    *("title", Reading.title, "organisation", Reading.organisation, "gain", Reading.gain),
    *("minutes", Reading.minutes, "url", Reading.url),
)
_READINGS = (
    select(func.json_agg(aggregate_order_by(_READING, Reading.position)))
    .where(Reading.module_id == Module.id)
    .scalar_subquery()
)
_WANTED = bindparam("cohort_id", type_=Uuid())
_OWN_COHORT = Cohort.id == any_(bindparam("own", type_=ARRAY(Uuid())))
_MAY_READ = or_(
    and_(_OWN_COHORT, _WANTED.is_(None), Cohort.state != CohortState.CANCELLED),
    and_(Cohort.id == _WANTED, or_(_OWN_COHORT, bindparam("sees_all", type_=Boolean()))),
)
"""Which cohorts the actor reads along with. An organiser sees a cohort's dates only when the address names it."""

_MODULE = Prepared(
    select(
        Module.id.label("module_id"),
        Module.position,
        Module.code,
        Module.title,
        Module.title_en,
        Module.question,
        Module.question_en,
        Module.summary,
        Module.summary_en,
        Module.main_question,
        Module.body_html,
        Edition.title.label("edition_title"),
        Edition.title_en.label("edition_title_en"),
        Edition.sign,
        _READINGS.label("readings"),
        Cohort.id.label("cohort_id"),
        Cohort.name.label("cohort_name"),
        Cohort.state.label("cohort_state"),
        CohortModule.opens_at,
        personal_module_due_at(Enrolment.id).label("due_at"),
        Enrolment.id.label("enrolment_id"),
        Enrolment.state.label("enrolment_state"),
    )
    .join(Edition, Edition.id == Module.edition_id)
    .outerjoin(Cohort, and_(Cohort.edition_id == Module.edition_id, _MAY_READ))
    .outerjoin(CohortModule, and_(CohortModule.cohort_id == Cohort.id, CohortModule.module_id == Module.id))
    .outerjoin(
        Enrolment,
        and_(
            Enrolment.cohort_id == Cohort.id,
            Enrolment.user_id == bindparam("user_id"),
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Enrolment.state.in_(TAKES_PART),
        ),
    )
    .where(Module.id == bindparam("module_id"))
    .order_by(
        Enrolment.id.is_(None),
        case((Cohort.state == CohortState.RUNNING, 0), else_=1),
        Cohort.starts_on.desc(),
    )
    .limit(1)
)
_TOPICS = Prepared(
    select(
        Topic.id.label("topic_id"),
        Topic.code,
        Topic.title,
        Topic.title_en,
        Topic.summary,
        Topic.summary_en,
        Topic.minutes,
        TopicRead.read_at,
    )
    .outerjoin(
        TopicRead, and_(TopicRead.topic_id == Topic.id, TopicRead.enrolment_id == bindparam("enrolment_id"))
    )
    .where(Topic.module_id == bindparam("module_id"))
    .order_by(Topic.position)
)
_MEETINGS = Prepared(
    select(
        Meeting.id.label("meeting_id"),
        Meeting.activity_id,
        Meeting.title,
        Meeting.starts_at,
        Meeting.ends_at,
        Meeting.place,
        Meeting.link,
        Activity.settings["agenda"].label("agenda"),
        Activity.settings["bring"].label("bring"),
        Attendance.state.label("attendance"),
    )
    .outerjoin(Activity, Activity.id == Meeting.activity_id)
    .outerjoin(
        Attendance,
        and_(Attendance.meeting_id == Meeting.id, Attendance.enrolment_id == bindparam("enrolment_id")),
    )
    .where(
        Meeting.cohort_id == bindparam("cohort_id"),
        Meeting.state == MeetingState.PLANNED,
        or_(Meeting.module_id == bindparam("module_id"), Activity.module_id == bindparam("module_id")),
    )
    .order_by(Meeting.starts_at)
)
# These are made once: putting selects of this size together takes longer than running them.


def get_module(session: Session, actor: Actor, module_id: UUID, cohort_id: UUID | None = None) -> AnyRow:
    """A module as the actor may see it: in a cohort they follow or train (`cohort_id`, when given), or for an organiser in
    any cohort and without one.

    Columns: module_id, position, code, title, title_en, question, question_en, summary, summary_en, main_question,
    body_html, edition_title, edition_title_en, sign, readings (list of dicts, or None), cohort_id, cohort_name,
    cohort_state, opens_at, due_at (all None without a cohort), enrolment_id, enrolment_state (None for who does not take
    part).

    Raises:
        NotFound: when there is no such module, or the actor has nothing to do with it.
    """
    sees_all = actor.is_organiser or actor.is_admin
    values = {
        "module_id": module_id,
        "cohort_id": cohort_id,
        "user_id": actor.user_id,
        "own": list(actor.follows | actor.trains),
        "sees_all": sees_all,
    }
    row = _MODULE.one_or_none(session, **values)
    if row is None or (row.cohort_id is None and (not sees_all or cohort_id is not None)):
        raise NotFound
    return row


def list_topics(session: Session, module_id: UUID, enrolment_id: UUID | None) -> Rows:
    """The topics of a module in their order, and when the enrolment read each.

    Columns: topic_id, code, title, title_en, summary, summary_en, minutes, read_at.
    """
    return _TOPICS.all(session, module_id=module_id, enrolment_id=enrolment_id)


def list_meetings(session: Session, cohort_id: UUID, module_id: UUID, enrolment_id: UUID | None) -> Rows:
    """The meetings of a module in a cohort, in the order of time.

    Columns: meeting_id, activity_id, title, starts_at, ends_at, place, link, agenda (list of {title, minutes}), bring
    (list of texts), attendance (of the enrolment, or None).
    """
    return _MEETINGS.all(session, cohort_id=cohort_id, module_id=module_id, enrolment_id=enrolment_id)
