"""Writing reflections: drafts, submitting, improving, taking back."""

from uuid import UUID

from sqlalchemy import select

from peergang.core.errors import NotFound
from peergang.coursework.actions.drafts import save_draft
from peergang.coursework.actions.handing_on import hand_on_reflection
from peergang.coursework.actions.submission import submit_reflection, withdraw_reflection
from peergang.coursework.models import Reflection
from peergang.coursework.queries.phases import get_progress
from peergang.coursework.rules import ReflectionState
from peergang.coursework.rules.drafts import DraftText
from peergang.coursework.rules.phases import may_hand_on
from peergang.curriculum.content.reflection_sets import find_set
from peergang.demo.events import Event
from peergang.demo.stage import Stage
from peergang.demo.words import ReflectionText

UNTOUCHED = 0
"""The revision from which a first draft starts."""


def text_of(stage: Stage, event: Event) -> ReflectionText:
    """The text that the author of this event's reflection writes."""
    name: str = event.more["text"][0]
    number: int = event.more["text"][1]
    return stage.known.words.reflections[name][number]


def answers_of(stage: Stage, event: Event, *, first: bool) -> dict[str, str]:
    """The answers by prompt; with `first` as they were before the trainer asked for more."""
    text = text_of(stage, event)
    answers = list(text.answers)
    if first and text.first:
        answers[text.first.answer - 1] = text.first.text
    return {slug: answer.strip() for slug, answer in zip(prompts_of(stage, event), answers, strict=True)}


def prompts_of(stage: Stage, event: Event) -> list[str]:
    """The slugs of the questions that are answered, in their order: of the set that the author chose, or the activity's."""
    chosen = find_set(text_of(stage, event).prompt_set)
    settings = stage.calendar(event).find(event.more["slug"]).settings
    return [one["slug"] for one in (chosen.prompts() if chosen else settings["prompts"])]


def draft(stage: Stage, event: Event) -> bool:
    """Save the first part of the text, the last sentence of it unfinished."""
    reflection = _find(stage, event)
    if reflection is not None and stage.latest_version(reflection) is not None:
        return False
    answers = answers_of(stage, event, first=True)
    words = sum(len(answer.split()) for answer in answers.values())
    left = int(words * event.more["share"])
    kept = {}
    for slug, answer in answers.items():
        part = answer.split(" ")[: max(0, left)]
        left -= len(part)
        kept[slug] = " ".join(part)
    _save(stage, event, kept, reflection, event.more["audience"])
    return True


def submit(stage: Stage, event: Event) -> bool:
    """Write the text to its end and submit it; `improves` makes the next version of one that was submitted."""
    reflection = _find(stage, event)
    improves = event.more.get("improves", False)
    latest = stage.latest_version(reflection) if reflection else None
    if bool(latest) != improves:
        return False
    # Asked for more, the author says more; also while the first version is still waiting.
    if improves and reflection is not None and reflection.state not in ("returned", "submitted"):
        return False
    answers = answers_of(stage, event, first=event.more.get("first", False))
    if latest is not None and latest.answers == answers:
        return False
    audience = event.more.get("audience") or (reflection.audience if reflection else None) or "peer_group"
    reflection_id, revision = _save(stage, event, answers, reflection, audience)
    actor = stage.actor(event.who)
    submit_reflection(stage.session, actor, reflection_id, expected_revision=revision, now=event.at)
    return True


def rework(stage: Stage, event: Event) -> bool:
    """Begin to improve a returned reflection: the last answer is empty again, because it will be another one."""
    reflection = _find(stage, event)
    if reflection is None or reflection.state != ReflectionState.RETURNED:
        return False
    answers = answers_of(stage, event, first=True)
    answers[list(answers)[-1]] = ""
    _save(stage, event, answers, reflection, reflection.audience or "peer_group")
    return True


def take_back(stage: Stage, event: Event) -> bool:
    """Withdraw a reflection."""
    reflection = stage.reflection(event)
    withdraw_reflection(stage.session, stage.actor(event.who), reflection.id, now=event.at)
    return True


def hand_on(stage: Stage, event: Event) -> bool:
    """Hand a reflection on to the trainer as it is, when the group is ready with it and the trainer has it not yet."""
    session, reflection = stage.session, stage.reflection(event)
    if reflection.state != ReflectionState.SUBMITTED or reflection.for_trainer_at is not None:
        return False
    progress = get_progress(session, reflection.id)
    if not may_hand_on(progress.phase(event.at), progress.peers, event.at):
        return False
    hand_on_reflection(session, stage.actor(event.who), reflection.id, now=event.at)
    return True


def _find(stage: Stage, event: Event) -> Reflection | None:
    try:
        return stage.reflection(event)
    except NotFound:
        return None


def _save(
    stage: Stage, event: Event, answers: dict[str, str], reflection: Reflection | None, audience: str
) -> tuple[UUID, int]:
    task = stage.calendar(event).find(event.more["slug"])
    text = text_of(stage, event)
    written = DraftText(text.title, audience, answers, text.prompt_set)
    revision = UNTOUCHED
    if reflection is not None:
        revision = stage.session.execute(
            select(Reflection.draft_revision).where(Reflection.id == reflection.id)
        ).scalar_one()
    saved = save_draft(
        stage.session, stage.actor(event.who), task.id, written, expected_revision=revision, now=event.at
    )
    return saved.reflection_id, saved.revision
