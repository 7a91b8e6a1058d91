"""What changed between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\S+\s*")
_LINE = re.compile(r"[^\n]+\n*|\n+")
MANY_WORDS = 20_000
"""Above this, whole lines are compared: a longer text would take seconds."""


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
    pattern = (
        _WORD if max(old.count(" "), new.count(" "), len(old) // 8, len(new) // 8) <= MANY_WORDS else _LINE
    )
    before, after = pattern.findall(old), pattern.findall(new)
    matcher = SequenceMatcher(None, [one.rstrip() for one in before], [one.rstrip() for one in after])
    pieces: list[Piece] = []
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(after[new_start:new_end])))
            continue
        if end > start:
            # Where the newer text ends here, nothing would stand between its last word and the removed one.
            glued = pieces and not pieces[-1].text[-1:].isspace()
            pieces.append(Piece("removed", (" " if glued else "") + "".join(before[start:end])))
        if new_end > new_start:
            pieces.append(Piece("added", "".join(after[new_start:new_end])))
    return pieces


def count_changes(pieces: list[Piece]) -> tuple[int, int]:
    """How many words were added and removed."""
    added = sum(len(piece.text.split()) for piece in pieces if piece.kind == "added")
    return added, sum(len(piece.text.split()) for piece in pieces if piece.kind == "removed")
