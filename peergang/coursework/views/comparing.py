"""Two versions word by word: the newer one as it is read, with what came in and what went out where it stood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from peergang.core.differences import Piece, compare_words, count_changes
from peergang.core.i18n import gettext as _
from peergang.core.prose import Prose, read_prose
from peergang.coursework.rules.marking import Marks, Span, write_blocks
from peergang.coursework.views.reading import shown_question

Prompts = Sequence[Mapping[str, Any]]
Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One question with what changed in its answer. `only` is "older" or "newer" when one of the two does not ask it."""

    slug: str
    question: str
    html: Markup
    added: int = 0
    removed: int = 0
    only: str = ""


def compare_answers(older: tuple[Prompts, Answers], newer: tuple[Prompts, Answers]) -> list[Change]:
    """The questions of the newer version, then those that only the older one answers."""
    asked_before, asked_now = ({one["slug"] for one in prompts} for prompts, _answers in (older, newer))
    changes = [
        _change(one, older[1], newer[1]) if one["slug"] in asked_before else _whole(one, newer[1], "newer")
        for one in newer[0]
    ]
    gone = [one for one in older[0] if one["slug"] not in asked_now]
    return changes + [_whole(one, older[1], "older") for one in gone if older[1].get(one["slug"])]


def _whole(prompt: Mapping[str, Any], answers: Answers, only: str) -> Change:
    blocks = write_blocks(read_prose(answers.get(prompt["slug"], "")))
    return Change(prompt["slug"], shown_question(prompt), _join(blocks), only=only)


def _change(prompt: Mapping[str, Any], before: Answers, now: Answers) -> Change:
    old, new = (read_prose(answers.get(prompt["slug"], "")) for answers in (before, now))
    pieces = compare_words(old.plain, new.plain)
    added, removed = count_changes(pieces)
    return Change(prompt["slug"], shown_question(prompt), _join(_write(new, pieces)), added, removed)


def _write(new: Prose, pieces: Sequence[Piece]) -> list[str]:
    end = len(new.plain.rstrip())
    place = len(new.plain) - len(new.plain.lstrip())
    spans: list[Span] = []
    gone: dict[int, str] = {}
    for piece in pieces:
        if piece.kind == "removed":
            at = min(place, end)
            gone[at] = gone.get(at, "") + _removed(piece.text)
            continue
        if piece.kind == "added" and piece.text.strip():
            spans.append((place, place + len(piece.text.rstrip())))
        place += len(piece.text)
    if not new.blocks:
        return [f"<p>{one}</p>" for one in gone.values()]
    opening = f'<ins><span class="visually-hidden">{escape(_("[toegevoegd:"))} </span>'
    closing = f'<span class="visually-hidden"> {escape(_("einde]"))}</span></ins>'
    return write_blocks(new, Marks(spans, opening, closing, gone))


def _removed(text: str) -> str:
    words = str(escape(text.strip())).replace("\n", "<br>")
    opening = f'<del><span class="visually-hidden">{escape(_("[weggehaald:"))} </span>'
    return f' {opening}{words}<span class="visually-hidden"> {escape(_("einde]"))}</span></del> '


def _join(blocks: Sequence[str]) -> Markup:
    # Tags out of the lock in core/prose.py, words escaped, and the marks above.
    return Markup("\n".join(blocks))  # noqa: S704
