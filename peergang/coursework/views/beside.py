"""The version before, next to the one on the desk: what changed word by word, and what was said about it then."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from peergang.core.differences import Piece, compare_words
from peergang.core.permissions import Actor
from peergang.coursework.queries.comments import ShownComment, list_comments
from peergang.coursework.queries.reflections import ReflectionHead, Version
from peergang.coursework.views.reading import question_of


@dataclass(frozen=True, slots=True)
class Part:
    """One question: what changed in its answer, and the comments on the earlier one, with their numbers."""

    number: int
    question: str
    pieces: Sequence[Piece]
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
    asked = {one["slug"]: one for one in [*newer.asked(head), *older.asked(head)]}
    parts, counted = [], 0
    for number, (slug, prompt) in enumerate(asked.items(), start=1):
        here = [one for one in comments if one.prompt == slug]
        numbered = list(enumerate(here, start=counted + 1))
        counted += len(here)
        pieces = compare_words(older.answers.get(slug, ""), newer.answers.get(slug, ""))
        parts.append(Part(number, question_of(prompt), pieces, numbered))
    return Beside(older, parts)
