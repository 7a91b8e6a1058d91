"""The library: writing examples, sharing them, keeping them and trying them out."""

from uuid import UUID

from sqlalchemy import select

from peergang.core.errors import NotFound
from peergang.demo.events import Event
from peergang.demo.stage import Stage
from peergang.demo.words import ExampleText
from peergang.practice.actions.using import bookmark_example, share_experience
from peergang.practice.actions.writing import publish_example, save_example, start_example
from peergang.practice.models import PracticeExample
from peergang.practice.rules import Outcome


def start(stage: Stage, event: Event) -> bool:
    """Begin an example for its activity: title, summary and why it was done."""
    text = _text(stage, event)
    if _find(stage, text) is not None:
        return False
    task = stage.calendar(event).find(text.activity)
    values = text.values() | ({} if text.draft else {"result": "", "learned": "", "conditions": ""})
    start_example(stage.session, stage.actor(event.who), values, activity_id=task.id, now=event.at)
    return True


def publish(stage: Stage, event: Event) -> bool:
    """Complete the text and share it, which completes the activity."""
    text, actor = _text(stage, event), stage.actor(event.who)
    example = _get(stage, text)
    if example.published_at is not None:
        return False
    session = stage.session
    save_example(session, actor, example.id, text.values(), revision=example.revision, now=event.at)
    session.expire(example)
    publish_example(session, actor, example.id, no_student_data=True, now=event.at)
    return True


def keep(stage: Stage, event: Event) -> bool:
    """Bookmark an example."""
    example = _get(stage, _text(stage, event))
    bookmark_example(stage.session, stage.actor(event.who), example.id, keep=True, now=event.at)
    return True


def try_out(stage: Stage, event: Event) -> bool:
    """Tell how it went."""
    text = _text(stage, event)
    tried = text.tried[event.more["place"]]
    share_experience(
        stage.session,
        stage.actor(event.who),
        _get(stage, text).id,
        outcome=Outcome(tried.outcome),
        note=tried.note.strip(),
        now=event.at,
    )
    return True


def _text(stage: Stage, event: Event) -> ExampleText:
    number: int = event.more["number"]
    return stage.known.words.examples[number]


def _find(stage: Stage, text: ExampleText) -> UUID | None:
    return stage.session.scalar(
        select(PracticeExample.id).where(
            PracticeExample.author_id == stage.user_id(text.by), PracticeExample.title == text.title
        )
    )


def _get(stage: Stage, text: ExampleText) -> PracticeExample:
    found = _find(stage, text)
    if found is None:
        raise NotFound
    return stage.session.get_one(PracticeExample, found, populate_existing=True)
