"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\S+\s*")
_LINE = re.compile(r"[^\n]+\s*")
MANY = 5_000
"""So many words or lines are held against each other at once. The time goes with the square of them: where every second word
was changed, sixteen thousand took twelve seconds.
"""

Change = tuple[str, str, str]
"""What became of a piece: `equal` or `replace`, how it was and how it is."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: `same` in both texts, `added` in the newer one, or `removed` from the older."""

    kind: str
    text: str


def compare_words(old: str, new: str) -> list[Piece]:
    """The newer text as pieces, with what was removed where it stood.

    The white space after a word is no difference by itself. The texts of all `same` and `added` pieces together are
    `new`, apart from white space in front.
    """
    pieces: list[Piece] = []
    for tag, before, after in _changes(old, new):
        if tag == "equal":
            pieces += [Piece("same", after)] if after else []
            continue
        if before:
            # Where the newer text ends here, nothing would stand between its last word and the removed one.
            glued = pieces and not pieces[-1].text[-1:].isspace()
            pieces.append(Piece("removed", (" " if glued else "") + before))
        if after:
            pieces.append(Piece("added", after))
    return pieces


def _changes(old: str, new: str) -> Iterator[Change]:
    """By words; in a long text first by lines, and by words within the lines that changed."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) <= MANY:
        yield from _match(before, after)
        return
    start, end = _shared(before, after)
    yield "equal", "", "".join(after[:start])
    yield from _by_lines("".join(before[start : len(before) - end]), "".join(after[start : len(after) - end]))
    yield "equal", "", "".join(after[len(after) - end :])


def _shared(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many words both begin with, and with how many of the rest they end."""
    same = [one.rstrip() == other.rstrip() for one, other in zip(before, after, strict=False)]
    start = same.index(False) if False in same else len(same)
    rest = zip(reversed(before[start:]), reversed(after[start:]), strict=False)
    same = [one.rstrip() == other.rstrip() for one, other in rest]
    return start, same.index(False) if False in same else len(same)


def _by_lines(old: str, new: str) -> Iterator[Change]:
    lines, new_lines = _LINE.findall(old), _LINE.findall(new)
    if max(len(lines), len(new_lines)) > MANY:
        yield "replace", old, new
        return
    for tag, one, other in _match(lines, new_lines):
        before, after = _WORD.findall(one), _WORD.findall(other)
        if tag == "equal" or max(len(before), len(after)) > MANY:
            yield tag, one, other
        else:
            yield from _match(before, after)


def _match(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, [one.rstrip() for one in before], [one.rstrip() for one in after])
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        kind = "equal" if tag == "equal" else "replace"
        yield kind, "".join(before[start:end]), "".join(after[new_start:new_end])


def count_changes(pieces: list[Piece]) -> tuple[int, int]:
    """How many words were added and removed."""
    added = sum(len(piece.text.split()) for piece in pieces if piece.kind == "added")
    return added, sum(len(piece.text.split()) for piece in pieces if piece.kind == "removed")
