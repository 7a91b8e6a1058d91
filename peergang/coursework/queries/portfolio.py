"""Everything somebody wrote and got back, over all their cohorts: five statements, however much there is.

With the words comes one more, for the names of files.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from peergang.cohorts.models import Cohort, Enrolment
from peergang.core.permissions import Actor
from peergang.coursework.models import (
    Attachment,
    Comment,
    PeerFeedback,
    Reflection,
    ReflectionVersion,
    Review,
    VersionAttachment,
)
from peergang.coursework.queries.comments import WENT_OUT
from peergang.coursework.queries.portfolio_rows import Entry, OwnVersion, Remark, Reply, Written
from peergang.curriculum.models import Activity, Module
from peergang.identity.models import User


def _own(actor: Actor) -> Select[UUID]:
    return (
        select(Reflection.id)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .where(Enrolment.user_id == actor.user_id)
    )


# In the order of Written.
_WRITTEN = (
    Reflection.id,
    Activity.title,
    Activity.title_en,
    Activity.settings,
    Reflection.kept_prompts,
    Module.code,
    Module.title,
    Module.title_en,
    Cohort.id,
    Cohort.name,
    Cohort.state,
    Enrolment.state,
    Reflection.state,
    Reflection.audience,
    Reflection.title,
    Reflection.draft,
    Reflection.state_since,
    Reflection.prompt_set,
)


def list_portfolio(session: Session, actor: Actor, *, with_words: bool = False) -> list[Entry]:
    """All reflections of the actor, also of cohorts that ended and places that were given up, by cohort and module.

    `with_words` reads what the versions say as well, for the file.
    """
    rows = session.execute(
        select(*_WRITTEN)
        .join(Enrolment, Enrolment.id == Reflection.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(Activity, Activity.id == Reflection.activity_id)
        .join(Module, Module.id == Activity.module_id)
        .where(Enrolment.user_id == actor.user_id)
        .order_by(Cohort.starts_on.desc(), Cohort.id, Module.position, Activity.position)
    )
    entries = {row[0]: Entry(Written._make(row)) for row in rows}
    by_version: dict[UUID, Entry] = {}
    for version in _list_versions(session, actor, with_words):
        by_version[version.version_id] = entries[version.reflection_id]
        entries[version.reflection_id].versions.append(version)
    for reply in _list_replies(session, actor):
        by_version[reply.version_id].replies.append(reply)
    for remark in _list_remarks(session, actor):
        by_version[remark.version_id].remarks.append(remark)
    for version_id, name in _list_files(session, actor) if with_words else ():
        by_version[version_id].files.setdefault(version_id, []).append(name)
    return list(entries.values())


def _list_versions(session: Session, actor: Actor, with_words: bool) -> Sequence[OwnVersion]:
    answers = ReflectionVersion.answers if with_words else func.jsonb_build_object()
    prompts = ReflectionVersion.prompts if with_words else func.jsonb_build_array()
    rows = session.execute(
        select(
            ReflectionVersion.id,
            ReflectionVersion.reflection_id,
            ReflectionVersion.number,
            ReflectionVersion.submitted_at,
            ReflectionVersion.title,
            answers,
            prompts,
        )
        .where(ReflectionVersion.reflection_id.in_(_own(actor)))
        .order_by(ReflectionVersion.reflection_id, ReflectionVersion.number.desc())
    )
    return [OwnVersion._make(row) for row in rows]


def _list_replies(session: Session, actor: Actor) -> Sequence[Reply]:
    mine = select(ReflectionVersion.id).where(ReflectionVersion.reflection_id.in_(_own(actor)))
    names = (User.given_name, User.name_particle, User.family_name)
    reviews = session.execute(
        select(Review.version_id, *names, Review.sent_at, Review.decision, Review.message, Review.criteria)
        .join(User, User.id == Review.reviewer_id)
        .where(Review.version_id.in_(mine), Review.sent_at.is_not(None))
    )
    feedback = session.execute(
        select(
            PeerFeedback.version_id,
            *names,
            PeerFeedback.sent_at,
            PeerFeedback.answers,
            Activity.settings,
            PeerFeedback.read_at.is_not(None),
            PeerFeedback.asked,
            PeerFeedback.criteria,
        )
        .join(Enrolment, Enrolment.id == PeerFeedback.giver_id)
        .join(User, User.id == Enrolment.user_id)
        .outerjoin(Activity, Activity.id == PeerFeedback.activity_id)
        # What its receiver did not open yet may still change.
        .where(PeerFeedback.version_id.in_(mine), PeerFeedback.read_at.is_not(None))
    )
    found = [Reply._make((*row, None, True, {}, {})) for row in reviews]
    found += [Reply._make((*row[:5], None, "", *row[5:])) for row in feedback]
    return sorted(found, key=lambda one: one.sent_at, reverse=True)


def _list_remarks(session: Session, actor: Actor) -> Sequence[Remark]:
    rows = session.execute(
        select(
            Comment.version_id,
            User.given_name,
            User.name_particle,
            User.family_name,
            Comment.quote,
            Comment.body,
        )
        .join(User, User.id == Comment.author_id)
        .join(ReflectionVersion, ReflectionVersion.id == Comment.version_id)
        .where(ReflectionVersion.reflection_id.in_(_own(actor)), WENT_OUT)
        .order_by(Comment.created_at, Comment.id)
    )
    return [Remark._make(row) for row in rows]


def _list_files(session: Session, actor: Actor) -> list[tuple[UUID, str]]:
    rows = session.execute(
        select(VersionAttachment.version_id, Attachment.name)
        .join(Attachment, Attachment.id == VersionAttachment.attachment_id)
        .where(Attachment.reflection_id.in_(_own(actor)))
        .order_by(Attachment.uploaded_at, Attachment.id)
    )
    return [(row.version_id, row.name) for row in rows]
