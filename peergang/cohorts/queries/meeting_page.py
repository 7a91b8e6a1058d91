"""The page of a meeting: agenda, people, notes and actions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import (
    AgendaItem,
    Attendance,
    CheckInCode,
    Cohort,
    Enrolment,
    Meeting,
    MeetingAction,
    MeetingPage,
    SignOff,
)
from peergang.cohorts.queries.roles import TAKES_PART, took_part
from peergang.cohorts.queries.sign_offs import still_holds
from peergang.cohorts.rules import MeetingState
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.curriculum.models import Activity, Module, Topic
from peergang.identity.models import Affiliation, Institution, User

_WRITER = func.concat_ws(
    " ", User.given_name, func.nullif(User.name_particle, ""), func.nullif(User.family_name, "")
)
_PAGE = (
    select(
        Meeting.id.label("meeting_id"),
        Meeting.cohort_id,
        Cohort.name.label("cohort_name"),
        Cohort.state.label("cohort_state"),
        Cohort.edition_id,
        Meeting.module_id,
        Module.code.label("module_code"),
        Module.title.label("module_title"),
        Module.title_en.label("module_title_en"),
        Meeting.activity_id,
        Meeting.number,
        Meeting.title,
        Meeting.starts_at,
        Meeting.ends_at,
        Meeting.place,
        Meeting.link,
        Meeting.state,
        Meeting.revision,
        Activity.settings["agenda"].label("default_agenda"),
        Activity.settings["bring"].label("bring"),
        func.coalesce(MeetingPage.own_agenda, False).label("own_agenda"),
        func.coalesce(MeetingPage.notes, "").label("notes"),
        func.coalesce(MeetingPage.notes_html, "").label("notes_html"),
        MeetingPage.notes_at,
        func.coalesce(MeetingPage.revision, 0).label("page_revision"),
        func.nullif(_WRITER, "").label("notes_by"),
    )
    .join(Cohort, Cohort.id == Meeting.cohort_id)
    .outerjoin(Module, Module.id == Meeting.module_id)
    .outerjoin(Activity, Activity.id == Meeting.activity_id)
    .outerjoin(MeetingPage, MeetingPage.meeting_id == Meeting.id)
    .outerjoin(User, User.id == MeetingPage.notes_by_id)
)


def get_meeting_page(session: Session, meeting_id: UUID) -> AnyRow:
    """A meeting with what its page says of it.

    Columns: meeting_id, cohort_id, cohort_name, cohort_state, edition_id, module_id, module_code, module_title,
    module_title_en, activity_id, number, title, starts_at, ends_at, place, link, state, revision, default_agenda (list of
    {title, minutes}, or None), bring (list of texts, or None), own_agenda, notes, notes_html, notes_at, page_revision,
    notes_by (a name, or None).

    Raises:
        NotFound: when there is no such meeting.
    """
    row = session.execute(_PAGE.where(Meeting.id == meeting_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_agenda(session: Session, meeting_id: UUID) -> Rows:
    """The agenda that a trainer made, in its order.

    Columns: item_id, title, minutes, body, body_html, url, topic_id, topic_code, topic_title, topic_title_en,
    activity_id, activity_title, activity_title_en, module_id (of the topic or the activity, or None).
    """
    return session.execute(
        select(
            AgendaItem.id.label("item_id"),
            AgendaItem.title,
            AgendaItem.minutes,
            AgendaItem.body,
            AgendaItem.body_html,
            AgendaItem.url,
            AgendaItem.topic_id,
            Topic.code.label("topic_code"),
            Topic.title.label("topic_title"),
            Topic.title_en.label("topic_title_en"),
            AgendaItem.activity_id,
            Activity.title.label("activity_title"),
            Activity.title_en.label("activity_title_en"),
            func.coalesce(Topic.module_id, Activity.module_id).label("module_id"),
        )
        .outerjoin(Topic, Topic.id == AgendaItem.topic_id)
        .outerjoin(Activity, Activity.id == AgendaItem.activity_id)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()


def list_expected(session: Session, cohort_id: UUID, meeting_id: UUID) -> Rows:
    """Who belongs to a meeting: trainers first, then participants by name, and whoever took part and was recorded at it.

    Columns: enrolment_id, user_id, role, given_name, name_particle, family_name, institution_name, reason (None unless
    signed off), signed_off_at, attendance.
    """
    return session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.user_id,
            Enrolment.role,
            User.given_name,
            User.name_particle,
            User.family_name,
            Institution.name.label("institution_name"),
            SignOff.reason,
            SignOff.signed_off_at,
            Attendance.state.label("attendance"),
        )
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Affiliation, Affiliation.id == Enrolment.affiliation_id)
        .outerjoin(Institution, Institution.id == Affiliation.institution_id)
        .outerjoin(
            SignOff,
            (SignOff.enrolment_id == Enrolment.id) & (SignOff.meeting_id == meeting_id) & still_holds(),
        )
        .outerjoin(
            Attendance, (Attendance.enrolment_id == Enrolment.id) & (Attendance.meeting_id == meeting_id)
        )
        .where(
            Enrolment.cohort_id == cohort_id,
            or_(Enrolment.state.in_(TAKES_PART), and_(Attendance.state.is_not(None), took_part())),
        )
        .order_by(Enrolment.role.desc(), User.sort_key, Enrolment.id)
    ).all()


def list_actions(session: Session, meeting_id: UUID) -> Rows:
    """What was agreed, open things first and by date.

    Columns: action_id, text, due_on, done_at, enrolment_id, user_id, given_name, name_particle, family_name.
    """
    return session.execute(
        select(
            MeetingAction.id.label("action_id"),
            MeetingAction.text,
            MeetingAction.due_on,
            MeetingAction.done_at,
            MeetingAction.enrolment_id,
            Enrolment.user_id,
            User.given_name,
            User.name_particle,
            User.family_name,
        )
        .join(Enrolment, Enrolment.id == MeetingAction.enrolment_id)
        .join(User, User.id == Enrolment.user_id)
        .where(MeetingAction.meeting_id == meeting_id)
        .order_by(
            MeetingAction.done_at.is_not(None), MeetingAction.due_on.nulls_last(), MeetingAction.created_at
        )
    ).all()


def list_neighbours(session: Session, cohort_id: UUID) -> Rows:
    """The meetings of a cohort that go on, in the order of time. Columns: meeting_id, title, starts_at."""
    return session.execute(
        select(Meeting.id.label("meeting_id"), Meeting.title, Meeting.starts_at)
        .where(Meeting.cohort_id == cohort_id, Meeting.state == MeetingState.PLANNED)
        .order_by(Meeting.starts_at, Meeting.number)
    ).all()


def find_code(session: Session, meeting_id: UUID, now: datetime) -> AnyRow | None:
    """The code that holds now. Columns: code, valid_until."""
    return session.execute(
        select(CheckInCode.code, CheckInCode.valid_until).where(
            CheckInCode.meeting_id == meeting_id, CheckInCode.valid_from <= now, CheckInCode.valid_until > now
        )
    ).one_or_none()


def list_materials(session: Session, edition_id: UUID) -> Rows:
    """What an agenda may point at, in the order of the programme.

    Columns: kind ("topic" or "activity"), id, code (of the topic, or of the activity's module), title, title_en.
    """
    topics = (
        select(Topic.id, Topic.code, Topic.title, Topic.title_en)
        .join(Module, Module.id == Topic.module_id)
        .where(Module.edition_id == edition_id)
        .order_by(Module.position, Topic.position)
    )
    activities = (
        select(Activity.id, Module.code, Activity.title, Activity.title_en)
        .join(Module, Module.id == Activity.module_id)
        .where(Activity.edition_id == edition_id, Activity.kind != "meeting")
        .order_by(Module.position, Activity.position)
    )
    return [*session.execute(topics).all(), *session.execute(activities).all()]
