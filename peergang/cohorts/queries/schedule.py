"""The dates of a cohort: modules, activities and meetings."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import CohortActivity, CohortModule, Meeting
from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.curriculum.models import Activity, Module


def list_cohort_modules(session: Session, cohort_id: UUID) -> Rows:
    """The modules of a cohort in their order, with its dates.

    Columns: module_id, slug, position, code, title, title_en, question, question_en, summary, summary_en,
    main_question, success_factor, opens_at, due_at, pinned.
    """
    return session.execute(
        select(
            Module.id.label("module_id"),
            Module.slug,
            Module.position,
            Module.code,
            Module.title,
            Module.title_en,
            Module.question,
            Module.question_en,
            Module.summary,
            Module.summary_en,
            Module.main_question,
            Module.success_factor,
            CohortModule.opens_at,
            CohortModule.due_at,
            CohortModule.pinned,
        )
        .join(CohortModule, CohortModule.module_id == Module.id)
        .where(CohortModule.cohort_id == cohort_id)
        .order_by(Module.position)
    ).all()


def list_cohort_activities(session: Session, cohort_id: UUID, module_id: UUID | None = None) -> Rows:
    """The activities of a cohort (of one module, when given) in their order, with the dates of the cohort. What counts for
    one participant is in `queries.due`.

    Columns: activity_id, module_id, module_code, title, title_en, kind, opens_at, due_at, pinned.
    """
    statement = (
        select(
            Activity.id.label("activity_id"),
            Activity.module_id,
            Module.code.label("module_code"),
            Activity.title,
            Activity.title_en,
            Activity.kind,
            CohortActivity.opens_at,
            CohortActivity.due_at,
            CohortActivity.pinned,
        )
        .join(CohortActivity, CohortActivity.activity_id == Activity.id)
        .join(Module, Module.id == Activity.module_id)
        .where(CohortActivity.cohort_id == cohort_id)
        .order_by(Module.position, Activity.position)
    )
    if module_id is not None:
        statement = statement.where(Activity.module_id == module_id)
    return session.execute(statement).all()


def _select_meetings() -> Select[*tuple[object, ...]]:
    return select(
        Meeting.id.label("meeting_id"),
        Meeting.cohort_id,
        Meeting.module_id,
        Meeting.activity_id,
        Meeting.number,
        Meeting.title,
        Meeting.starts_at,
        Meeting.ends_at,
        Meeting.place,
        Meeting.link,
        Meeting.state,
        Meeting.revision,
        Meeting.changed_at,
        Meeting.previous.is_not(None).label("can_undo"),
        Module.code.label("module_code"),
        Module.title.label("module_title"),
        Module.title_en.label("module_title_en"),
    ).outerjoin(Module, Module.id == Meeting.module_id)


def list_meetings(session: Session, cohort_id: UUID) -> Rows:
    """All meetings of a cohort in the order of time, cancelled ones too.

    Columns: meeting_id, cohort_id, module_id, activity_id, number, title, starts_at, ends_at, place, link, state,
    revision, changed_at, module_code, module_title, module_title_en.
    """
    statement = _select_meetings().where(Meeting.cohort_id == cohort_id)
    return session.execute(statement.order_by(Meeting.starts_at, Meeting.number)).all()


def get_meeting(session: Session, meeting_id: UUID) -> AnyRow:
    """One meeting; columns as above.

    Raises:
        NotFound: when there is no such meeting.
    """
    row = session.execute(_select_meetings().where(Meeting.id == meeting_id)).one_or_none()
    if row is None:
        raise NotFound
    return row
