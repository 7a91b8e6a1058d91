"""Loading content: a new, immutable edition of a programme, and only when something changed."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor, require
from peergang.curriculum.content import schema
from peergang.curriculum.content.markdown import plain, typographic
from peergang.curriculum.models import (
    Activity,
    ConversationQuestion,
    Edition,
    Module,
    Programme,
    Reading,
    Topic,
)
from peergang.curriculum.policy import can_load_edition

LOAD_LOCK = 7301
"""Number of the advisory lock that makes two loads wait for each other."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What happened to a programme: its edition's number, and whether that is a new one."""

    slug: str
    number: int
    is_new: bool


def load_edition(session: Session, actor: Actor, source: schema.Programme, *, now: datetime) -> Loaded:
    """Store `source` as the next edition of its programme, unless it equals the newest one.

    Only the platform itself may. Everything is written in the caller's transaction, so a failure leaves the old edition
    in place. Raises Forbidden for anybody else.
    """
    require(can_load_edition(actor))
    session.execute(select(func.pg_advisory_xact_lock(LOAD_LOCK)))
    programme_id = _programme_id(session, source.header.slug)
    checksum = checksum_of(source)
    newest = session.execute(
        select(Edition.number, Edition.checksum)
        .where(Edition.programme_id == programme_id)
        .order_by(Edition.number.desc())
        .limit(1)
    ).first()
    if newest is not None and newest.checksum == checksum:
        return Loaded(source.header.slug, newest.number, is_new=False)
    edition = _edition(
        source, programme_id, number=(newest.number if newest else 0) + 1, checksum=checksum, now=now
    )
    session.add(edition)
    session.flush()
    for position, module in enumerate(source.modules, start=1):
        _add_module(session, edition.id, position, module)
    session.flush()
    return Loaded(source.header.slug, edition.number, is_new=True)


def checksum_of(source: schema.Programme) -> str:
    """SHA-256 of the content as it will be shown; how a header is laid out or a line is broken makes no difference.

    A programme without a certificate has the sum it had before there were any, so nothing is loaded anew.
    """
    data = source.model_dump(mode="json", serialize_as_any=True)
    if data["header"]["certificate"] is None:
        del data["header"]["certificate"]
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _programme_id(session: Session, slug: str) -> UUID:
    session.execute(insert(Programme).values(slug=slug).on_conflict_do_nothing())
    return session.execute(select(Programme.id).where(Programme.slug == slug)).scalar_one()


def _edition(
    source: schema.Programme, programme_id: UUID, *, number: int, checksum: str, now: datetime
) -> Edition:
    header = source.header
    return Edition(
        programme_id=programme_id,
        number=number,
        checksum=checksum,
        loaded_at=now,
        title=plain(header.title.nl),
        title_en=plain(header.title.en),
        summary=plain(header.summary.nl),
        summary_en=plain(header.summary.en),
        sign=header.sign,
        body_html=source.body_html,
        certificate=typographic(header.certificate.model_dump(mode="json")) if header.certificate else None,
    )


def _add_module(session: Session, edition_id: UUID, position: int, source: schema.Module) -> None:
    header = source.header
    module = Module(
        id=uuid4(),
        edition_id=edition_id,
        slug=header.slug,
        position=position,
        code=header.code,
        title=plain(header.title.nl),
        title_en=plain(header.title.en),
        question=plain(header.question.nl),
        question_en=plain(header.question.en),
        summary=plain(header.summary.nl),
        summary_en=plain(header.summary.en),
        main_question=header.main_question,
        success_factor=header.success_factor,
        body_html=source.body_html,
    )
    session.add(module)
    session.flush()
    _add_readings(session, module.id, header.readings)
    for number, topic in enumerate(source.topics, start=1):
        _add_topic(session, module.id, number, topic)
    for number, activity in enumerate(source.activities, start=1):
        session.add(_activity(edition_id, module.id, number, activity))


def _add_readings(session: Session, module_id: UUID, readings: list[schema.ReadingHeader]) -> None:
    for number, reading in enumerate(readings, start=1):
        session.add(
            Reading(
                module_id=module_id,
                slug=reading.slug,
                position=number,
                title=plain(reading.title),
                organisation=plain(reading.organisation),
                gain=plain(reading.gain),
                minutes=reading.minutes,
                url=reading.url,
            )
        )


def _add_topic(session: Session, module_id: UUID, position: int, source: schema.Topic) -> None:
    header = source.header
    topic = Topic(
        id=uuid4(),
        module_id=module_id,
        slug=header.slug,
        position=position,
        code=header.code,
        title=plain(header.title.nl),
        title_en=plain(header.title.en),
        summary=plain(header.summary.nl),
        summary_en=plain(header.summary.en),
        minutes=header.minutes,
        body_html=source.body_html,
    )
    session.add(topic)
    session.flush()
    for number, question in enumerate(header.questions, start=1):
        session.add(
            ConversationQuestion(
                topic_id=topic.id,
                slug=question.slug,
                position=number,
                figure=question.figure,
                theme=question.theme,
                text=plain(question.text),
            )
        )


def _activity(edition_id: UUID, module_id: UUID, position: int, source: schema.Activity) -> Activity:
    header = source.header
    return Activity(
        edition_id=edition_id,
        module_id=module_id,
        slug=header.slug,
        position=position,
        kind=header.kind,
        phase=header.phase,
        required=header.required,
        minutes=header.minutes,
        due_days_before=header.due_days_before,
        title=plain(header.title.nl),
        title_en=plain(header.title.en),
        summary=plain(header.summary.nl),
        summary_en=plain(header.summary.en),
        body_html=source.body_html,
        topic_codes=source.settings.topic_references(),
        settings=typographic(source.settings.model_dump(mode="json")),
    )
