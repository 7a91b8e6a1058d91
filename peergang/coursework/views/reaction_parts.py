"""Reactions as the page of a reflection shows them: person by person, or what peers said question by question."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import request

from peergang.coursework.forms.feedback import AnswerForm
from peergang.coursework.labels.feedback import HELPFULNESS, SEEN_LOOKS
from peergang.coursework.queries.reactions import Reaction
from peergang.coursework.views.feedback_sheet import worded
from peergang.web.i18n import pick_marked

PER = "per"
"""The part of the address that says how peers' feedback is laid out: `vraag`, or person by person without it."""


@dataclass(frozen=True, slots=True)
class Answering:
    """What the receiver said back about one feedback and could not be kept, with why."""

    feedback_id: UUID
    form: AnswerForm


@dataclass(slots=True)
class Topic:
    """One question, or one criterion, with what each peer said: (reaction, words, how clearly it was seen)."""

    words: str
    said: list[tuple[Reaction, str, str]] = field(default_factory=list)


def reaction_parts(reactions: Sequence[Reaction], answering: Answering | None) -> dict[str, Any]:
    """What the templates need: all reactions, and those of peers by question when the address asks for that."""
    opened = [one for one in reactions if one.kind == "feedback" and not one.closed]
    by_question = request.args.get(PER) == "vraag" and len(opened) > 1
    return {
        "reactions": reactions,
        "closed": [one for one in reactions if one.closed],
        "can_switch": len(opened) > 1,
        "by_question": by_question,
        "topics": topics_of(opened) if by_question else [],
        "answering": answering,
        "helpfulness": HELPFULNESS,
        "seen_looks": SEEN_LOOKS,
    }


def topics_of(opened: Sequence[Reaction]) -> list[Topic]:
    """The questions in the order of the form, then the criteria; peers in the order in which they were heard."""
    questions: dict[tuple[str, str], Topic] = {}
    criteria: dict[str, Topic] = {}
    for one in reversed(opened):
        for question in one.questions or [{"slug": slug} for slug in one.content]:
            slug, words = worded(question)
            if one.content.get(slug):
                topic = questions.setdefault((slug, words), Topic(words))
                topic.said.append((one, one.content[slug], ""))
        for criterion in one.asked_criteria:
            said = one.criteria.get(criterion["slug"], {})
            if said.get("seen"):
                topic = criteria.setdefault(criterion["slug"], Topic(pick_marked(criterion["label"])))
                topic.said.append((one, said.get("where", ""), said["seen"]))
    return [*questions.values(), *criteria.values()]
