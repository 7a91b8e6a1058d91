"""Which institution a cell of a file means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from uuid import UUID

from peergang.identity.rules import match_key


@dataclass(frozen=True, slots=True)
class KnownInstitution:
    """An institution as rows are matched with it. `former` holds (BRIN, name) of those that merged into it, and `former_ids`
    their ids.
    """

    id: UUID
    brin: str
    name: str
    aliases: tuple[str, ...] = ()
    former: tuple[tuple[str, str], ...] = ()
    former_ids: tuple[UUID, ...] = ()

    def merged_name(self, text: str) -> str:
        """The name of the institution that `text` meant and that became this one; empty when it means this one."""
        if as_brin(text) == self.brin or match_key(text) == match_key(self.name):
            return ""
        wanted = (as_brin(text), match_key(text))
        return next(
            (name for brin, name in self.former if brin == wanted[0] or match_key(name) == wanted[1]), ""
        )


def as_brin(cell: str) -> str:
    """The code of an institution in a cell, without the location; empty when there is none.

    A spreadsheet that takes 04XY for a number drops the zero.
    """
    code = re.sub(r"[\s.-]", "", cell).upper()
    if re.fullmatch(r"\d[A-Z]{2}(\d{2})?", code):
        code = f"0{code}"
    return code[:4] if len(code) in (4, 6) else ""


class Institutions:
    """Finds the institution that a cell means: by BRIN, by name or by a name it used to have."""

    def __init__(self, known: Iterable[KnownInstitution]) -> None:
        self.all = tuple(known)
        self._by_id = {str(one.id): one for one in self.all}
        self._by_brin = {brin: one for one in self.all for brin, _ in one.former}
        self._by_brin |= {one.brin: one for one in self.all}
        self._by_name = {match_key(name): one for one in self.all for name in (*one.aliases, one.name)}
        self._guesses: dict[str, UUID | None] = {}

    def find(self, text: str, brin: str, chosen: str | None) -> KnownInstitution | None:
        """The institution that was chosen by hand, else that of the BRIN, else that of the name."""
        if chosen and chosen in self._by_id:
            return self._by_id[chosen]
        for code in (brin, text):
            found = self._by_brin.get(as_brin(code))
            if found:
                return found
        return self._by_name.get(match_key(text)) if match_key(text) else None

    def guess(self, text: str) -> UUID | None:
        """The institution whose name resembles `text` most, when one does. Slow: for the rows that are shown."""
        key = match_key(text)
        if key not in self._guesses:
            near = get_close_matches(key, self._by_name, n=1, cutoff=0.75)
            self._guesses[key] = self._by_name[near[0]].id if near else None
        return self._guesses[key]
