"""Selects about editions and what is in them. An edition never changes, so these answers never do either."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, Rows
from peergang.core.errors import NotFound
from peergang.core.prepared import Prepared
from peergang.curriculum.models import (
    Activity,
    ConversationQuestion,
    Edition,
    Module,
    Programme,
    Topic,
)

MODULE_COLUMNS = (
    Module.id.label("module_id"),
    Module.edition_id,
    Module.slug,
    Module.position,
    Module.code,
    Module.title,
    Module.title_en,
    Module.summary,
    Module.summary_en,
    Module.main_question,
    Module.success_factor,
)
QUESTION_COLUMNS = (
    ConversationQuestion.id.label("question_id"),
    ConversationQuestion.topic_id,
    Topic.code.label("topic_code"),
    ConversationQuestion.figure,
    ConversationQuestion.theme,
    ConversationQuestion.text,
)


def list_latest_editions(session: Session) -> Rows:
    """The newest edition of every programme, by programme. Columns: edition_id, programme_slug, number, title,
    sign.
    """
    statement = (
        select(
            Edition.id.label("edition_id"),
            Programme.slug.label("programme_slug"),
            Edition.number,
            Edition.title,
            Edition.title_en,
            Edition.sign,
        )
        .join(Programme, Programme.id == Edition.programme_id)
        .ext(distinct_on(Programme.slug))
        .order_by(Programme.slug, Edition.number.desc())
    )
    return session.execute(statement).all()


def list_modules(session: Session, edition_id: UUID) -> Rows:
    """The modules of an edition in their order. Columns: module_id, edition_id, slug, position, code, title, title_en,
    summary, summary_en, main_question, success_factor.
    """
    return session.execute(
        select(*MODULE_COLUMNS).where(Module.edition_id == edition_id).order_by(Module.position)
    ).all()


def _newest_editions() -> Select[*tuple[Any, ...]]:
    return (
        select(Edition.id)
        .ext(distinct_on(Edition.programme_id))
        .order_by(Edition.programme_id, Edition.number.desc())
    )


def list_current_modules(session: Session) -> Rows:
    """The modules of the newest edition of every programme; columns as `list_modules`, and edition_title and
    edition_title_en.
    """
    statement = (
        select(
            *MODULE_COLUMNS,
            Edition.title.label("edition_title"),
            Edition.title_en.label("edition_title_en"),
        )
        .join(Edition, Edition.id == Module.edition_id)
        .join(Programme, Programme.id == Edition.programme_id)
        .where(Edition.id.in_(_newest_editions()))
        .order_by(Programme.slug.desc(), Module.position)
    )
    return session.execute(statement).all()


def get_module(session: Session, module_id: UUID) -> AnyRow:
    """One module; columns as `list_modules`.

    Raises:
        NotFound: when there is no such module.
    """
    row = session.execute(select(*MODULE_COLUMNS).where(Module.id == module_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def list_topics(session: Session, *module_ids: UUID) -> Rows:
    """The topics of these modules in their order. Columns: topic_id, module_id, code, title, title_en, summary,
    summary_en, minutes.
    """
    statement = (
        select(
            Topic.id.label("topic_id"),
            Topic.module_id,
            Topic.code,
            Topic.title,
            Topic.title_en,
            Topic.summary,
            Topic.summary_en,
            Topic.minutes,
        )
        .join(Module, Module.id == Topic.module_id)
        .where(Topic.module_id.in_(module_ids))
        .order_by(Module.position, Topic.position)
    )
    return session.execute(statement).all()


def _select_questions() -> Select[*tuple[Any, ...]]:
    return (
        select(*QUESTION_COLUMNS)
        .join(Topic, Topic.id == ConversationQuestion.topic_id)
        .order_by(Topic.position, ConversationQuestion.position)
    )


_QUESTIONS = Prepared(_select_questions().where(Topic.module_id == bindparam("module_id")))


def list_questions(
    session: Session, module_id: UUID, *, figure: str | None = None, topic_codes: Collection[str] = ()
) -> Rows:
    """The conversation questions of a module, in the order of its topics; only for one key figure and only about these
    topics, where given. Columns: question_id, topic_id, topic_code, figure, theme, text.
    """
    if figure is None and not topic_codes:
        return _QUESTIONS.all(session, module_id=module_id)
    statement = _select_questions().where(Topic.module_id == module_id)
    if figure is not None:
        statement = statement.where(ConversationQuestion.figure == figure)
    if topic_codes:
        statement = statement.where(Topic.code.in_(topic_codes))
    return session.execute(statement).all()


def list_questions_of_topic(session: Session, topic_id: UUID) -> Rows:
    """The conversation questions about one topic; columns as `list_questions`."""
    return session.execute(_select_questions().where(ConversationQuestion.topic_id == topic_id)).all()


def list_activities(session: Session, module_id: UUID) -> Rows:
    """The activities of a module in their order, without the dates of any cohort. Columns: activity_id, module_id,
    kind, phase, required, minutes, title, title_en, summary, summary_en, settings.
    """
    return session.execute(
        select(
            Activity.id.label("activity_id"),
            Activity.module_id,
            Activity.slug,
            Activity.position,
            Activity.kind,
            Activity.phase,
            Activity.required,
            Activity.minutes,
            Activity.title,
            Activity.title_en,
            Activity.summary,
            Activity.summary_en,
            Activity.body_html,
            Activity.settings,
        )
        .where(Activity.module_id == module_id)
        .order_by(Activity.position)
    ).all()


def list_current_topics(session: Session, *, with_questions: bool = False) -> Rows:
    """The topics of the newest edition of every programme, or of those programmes that have main questions. Columns:
    programme_slug, edition_title, edition_title_en, module_code, code, title, title_en.
    """
    statement = (
        select(
            Programme.slug.label("programme_slug"),
            Edition.title.label("edition_title"),
            Edition.title_en.label("edition_title_en"),
            Module.code.label("module_code"),
            Topic.code,
            Topic.title,
            Topic.title_en,
        )
        .select_from(Topic)
        .join(Module, Module.id == Topic.module_id)
        .join(Edition, Edition.id == Module.edition_id)
        .join(Programme, Programme.id == Edition.programme_id)
        .where(Edition.id.in_(_newest_editions()))
        .order_by(Programme.slug.desc(), Module.position, Topic.position)
    )
    if with_questions:
        asking = select(Module.edition_id).where(Module.main_question.is_not(None))
        statement = statement.where(Edition.id.in_(asking))
    return session.execute(statement).all()
