"""Two editions beside each other, and what going over means for a cohort. A constant number of queries."""

import json
from html import unescape
from uuid import UUID

import nh3
from sqlalchemy import Select, and_, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from peergang.cohorts.models import ActivityCompletion, Cohort, EditionUpgrade, Enrolment
from peergang.cohorts.rules import EnrolmentRole
from peergang.cohorts.rules.editions import Part, PartKind
from peergang.core.db import AnyRow, Rows
from peergang.curriculum.models import Activity, ConversationQuestion, Edition, Module, Reading, Topic
from peergang.identity.models import User

_BLOCK_ENDS = ("</p>", "</li>", "</h2>", "</h3>", "</h4>", "</blockquote>", "<br>")


def find_newer_edition(session: Session, edition_id: UUID) -> AnyRow | None:
    """The newest edition of the same programme, when it is newer than this one.

    Columns: id, number, loaded_at, title, title_en.
    """
    mine = aliased(Edition)
    statement = (
        select(Edition.id, Edition.number, Edition.loaded_at, Edition.title, Edition.title_en)
        .join(mine, mine.programme_id == Edition.programme_id)
        .where(mine.id == edition_id, Edition.number > mine.number)
        .order_by(Edition.number.desc())
    )
    return session.execute(statement.limit(1)).one_or_none()


def list_upgrades(session: Session, cohort_id: UUID) -> Rows:
    """The editions a cohort went over to, the latest first.

    Columns: from_number, to_number, upgraded_at, carried, left_behind, given_name, name_particle, family_name (of who did
    it, or None).
    """
    old, new = aliased(Edition), aliased(Edition)
    statement = (
        select(
            old.number.label("from_number"),
            new.number.label("to_number"),
            EditionUpgrade.upgraded_at,
            EditionUpgrade.carried,
            EditionUpgrade.left_behind,
            User.given_name,
            User.name_particle,
            User.family_name,
        )
        .join(old, old.id == EditionUpgrade.from_edition_id)
        .join(new, new.id == EditionUpgrade.to_edition_id)
        .outerjoin(User, User.id == EditionUpgrade.upgraded_by_id)
        .where(EditionUpgrade.cohort_id == cohort_id)
        .order_by(EditionUpgrade.upgraded_at.desc())
    )
    return session.execute(statement).all()


def read_parts(session: Session, edition_id: UUID) -> list[Part]:
    """Everything an edition is made of, in its order."""
    return [
        *_modules(session, edition_id),
        *_topics(session, edition_id),
        *_activities(session, edition_id),
        *_readings(session, edition_id),
    ]


def _modules(session: Session, edition_id: UUID) -> list[Part]:
    rows = session.scalars(
        select(Module).where(Module.edition_id == edition_id).order_by(Module.position)
    ).all()
    return [
        Part(
            PartKind.MODULE,
            one.slug,
            one.slug,
            f"{one.code}. {one.title}",
            f"{one.code}. {one.title_en}",
            _plain(one.question, one.summary, one.body_html),
        )
        for one in rows
    ]


def _topics(session: Session, edition_id: UUID) -> list[Part]:
    # In their order, or the same questions would seem to be others.
    in_order = aggregate_order_by(literal("\n"), ConversationQuestion.position, ConversationQuestion.slug)
    questions = (
        select(func.string_agg(ConversationQuestion.text, in_order))
        .where(ConversationQuestion.topic_id == Topic.id)
        .correlate(Topic)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Topic, Module.slug, questions)
        .join(Module, Module.id == Topic.module_id)
        .where(Module.edition_id == edition_id)
        .order_by(Module.position, Topic.position)
    )
    return [
        Part(
            PartKind.TOPIC,
            f"{module}/{one.slug}",
            module,
            f"{one.code} {one.title}",
            f"{one.code} {one.title_en}",
            _plain(one.summary, one.body_html, asked or ""),
            minutes=one.minutes,
        )
        for one, module, asked in rows
    ]


def _activities(session: Session, edition_id: UUID) -> list[Part]:
    rows = session.execute(
        select(Activity, Module.slug)
        .join(Module, Module.id == Activity.module_id)
        .where(Activity.edition_id == edition_id)
        .order_by(Module.position, Activity.position)
    )
    return [
        Part(
            PartKind.ACTIVITY,
            one.slug,
            module,
            one.title,
            one.title_en,
            _plain(one.summary, one.body_html),
            one.kind,
            one.required,
            one.minutes,
            one.due_days_before,
            json.dumps([one.settings, one.topic_codes], sort_keys=True, ensure_ascii=False),
        )
        for one, module in rows
    ]


def _readings(session: Session, edition_id: UUID) -> list[Part]:
    rows = session.execute(
        select(Reading, Module.slug)
        .join(Module, Module.id == Reading.module_id)
        .where(Module.edition_id == edition_id)
        .order_by(Module.position, Reading.position)
    )
    return [
        Part(
            PartKind.READING,
            f"{module}/{one.slug}",
            module,
            one.title,
            one.title,
            _plain(one.organisation, one.gain, one.url or ""),
            minutes=one.minutes,
        )
        for one, module in rows
    ]


def _plain(*texts: str) -> str:
    """What a reader sees of these texts, a paragraph a line."""
    html = "\n".join(texts)
    for end in _BLOCK_ENDS:
        html = html.replace(end, end + "\n")
    lines = unescape(nh3.clean(html, tags=set())).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def select_successors(from_edition_id: UUID, to_edition_id: UUID) -> Select[UUID, UUID]:
    """(old, new) ids of the activities that are the same thing in both editions: the same slug, and the same kind, because
    what proves that a text was read does not prove that one was written.
    """
    old, new = aliased(Activity), aliased(Activity)
    same = and_(new.slug == old.slug, new.kind == old.kind)
    return (
        select(old.id.label("old_id"), new.id.label("new_id"))
        .join(new, same)
        .where(old.edition_id == from_edition_id, new.edition_id == to_edition_id)
    )


def count_effects(session: Session, cohort_id: UUID, to_edition_id: UUID) -> AnyRow:
    """What going over does to what people did.

    Columns: people (with anything done), carried (completions that go along), left_behind (completions of activities
    that are no more).
    """
    from_edition_id = (
        select(Cohort.edition_id).where(Cohort.id == cohort_id).scalar_subquery()  # the one it has now
    )
    new = aliased(Activity)
    goes = and_(new.slug == Activity.slug, new.kind == Activity.kind, new.edition_id == to_edition_id)
    return session.execute(
        select(
            func.count(Enrolment.id.distinct()).label("people"),
            func.count(new.id).label("carried"),
            func.count().filter(new.id.is_(None)).label("left_behind"),
        )
        .select_from(ActivityCompletion)
        .join(Enrolment, Enrolment.id == ActivityCompletion.enrolment_id)
        .join(Activity, Activity.id == ActivityCompletion.activity_id)
        .outerjoin(new, goes)
        .where(
            Enrolment.cohort_id == cohort_id,
            Enrolment.role == EnrolmentRole.PARTICIPANT,
            Activity.edition_id == from_edition_id,
        )
    ).one()
