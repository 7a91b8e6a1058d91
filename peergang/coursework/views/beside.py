"""The version before, next to the one on the desk: what changed word by word, and what was said about it then."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from peergang.core.permissions import Actor
from peergang.coursework.queries.comments import ShownComment, list_comments
from peergang.coursework.queries.reflections import ReflectionHead, Version
from peergang.coursework.views.comparing import compare_answers


@dataclass(frozen=True, slots=True)
class Part:
    """One question: what changed in its answer, and the comments on the earlier one, with their numbers."""

    number: int
    question: str
    html: Markup
    comments: Sequence[tuple[int, ShownComment]]


@dataclass(frozen=True, slots=True)
class Beside:
    """An earlier version with what belongs to it; its comments stay with it."""

    version: Version
    parts: Sequence[Part]


def read_beside(
    session: Session, actor: Actor, head: ReflectionHead, older: Version, newer: Version
) -> Beside:
    """`older` compared with `newer`. Questions that only the older one answers come last."""
    comments = list_comments(session, older.version_id, actor.user_id)
    changes = compare_answers((older.asked(head), older.answers), (newer.asked(head), newer.answers))
    parts, counted = [], 0
    for number, change in enumerate(changes, start=1):
        here = [one for one in comments if one.prompt == change.slug]
        numbered = list(enumerate(here, start=counted + 1))
        counted += len(here)
        parts.append(Part(number, change.question, change.html, numbered))
    return Beside(older, parts)
