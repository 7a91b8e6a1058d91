"""Conversations under modules and meetings."""

from uuid import UUID

from sqlalchemy import select

from peergang.cohorts.models import CohortModule
from peergang.core.errors import NotFound
from peergang.curriculum.models import Module
from peergang.demo.events import Event
from peergang.demo.stage import Stage
from peergang.discussion.actions.following import mark_read
from peergang.discussion.actions.posting import Draft, add_reply, start_thread
from peergang.discussion.models import Thread


def start_talk(stage: Stage, event: Event) -> bool:
    """Begin a conversation under a module (by its number) or under a meeting."""
    if _find(stage, event) is not None:
        return False
    cohort_id = stage.calendar(event).cohort_id
    draft = Draft(event.more["body"], title=event.more["title"])
    meeting_id = event.more.get("meeting")
    module_id = None if meeting_id else _module(stage, cohort_id, event.more["module"])
    start_thread(
        stage.session,
        stage.actor(event.who),
        draft,
        cohort_id=cohort_id,
        module_id=module_id,
        meeting_id=meeting_id,
        now=event.at,
    )
    return True


def reply(stage: Stage, event: Event) -> bool:
    """Read a conversation and say something in it."""
    thread = _find(stage, event)
    if thread is None:
        return False
    actor, draft = stage.actor(event.who), Draft(event.more["body"])
    add_reply(stage.session, actor, thread.id, draft, seen=thread.last_number, now=event.at)
    return True


def read_talk(stage: Stage, event: Event) -> bool:
    """Read a conversation to its end."""
    thread = _find(stage, event)
    if thread is None:
        return False
    mark_read(stage.session, stage.actor(event.who), thread.id, thread.last_number)
    return True


def _find(stage: Stage, event: Event) -> Thread | None:
    return stage.session.scalar(
        select(Thread)
        .where(Thread.cohort_id == stage.calendar(event).cohort_id, Thread.title == event.more["title"])
        .limit(1)
    )


def _module(stage: Stage, cohort_id: UUID, number: int) -> UUID:
    found = stage.session.scalar(
        select(Module.id)
        .join(CohortModule, CohortModule.module_id == Module.id)
        .where(CohortModule.cohort_id == cohort_id, Module.position == number)
    )
    if found is None:
        raise NotFound
    return found
