"""The government's file of addresses of institutions: `;` between columns, of which three count. Nothing is evaluated."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from peergang.core.errors import Invalid
from peergang.identity.rules import clean_text, is_brin, match_key, normal_brin

COLUMNS = {"brin": "instellingencode", "name": "instellingsnaam", "place": "plaatsnaam"}
SPELLINGS = {"brin": ("instellingencode", "instellingscode", "brin", "brinnummer")}
"""How the columns are called; of the code more spellings are about."""
MOST_ROWS = 20_000
MOST_CHARACTERS = 200


class FileState(StrEnum):
    """What a row, or an institution of ours, means for the network."""

    NEW = "new"
    RENAMED = "renamed"
    MOVED = "moved"
    SAME = "same"
    GONE = "gone"
    """It stands in the file, but merged or ended here: left as it is."""
    ABSENT = "absent"
    """It is known here and no longer in the file: left as it is."""
    ERROR = "error"


class UnreadableFile(Invalid):
    """The file as a whole cannot be used: empty, not_text, missing_columns (`lacking` names them), no_rows, too_many_rows."""

    def __init__(self, code: str, lacking: tuple[str, ...] = ()) -> None:
        super().__init__({"file": code})
        self.code = code
        self.lacking = lacking


@dataclass(frozen=True, slots=True)
class KnownSchool:
    """An institution as rows are held against it. `now_name` is what it became, when it is no more."""

    id: UUID
    brin: str
    name: str
    aliases: tuple[str, ...]
    place: str
    other_places: tuple[str, ...]
    gone: bool = False
    now_name: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What the file says about one institution. `number` is its first row; `column` and `expected` explain an error."""

    state: FileState
    brin: str
    name: str
    place: str
    other_places: tuple[str, ...] = ()
    number: int = 0
    known: KnownSchool | None = None
    also_moved: bool = False
    column: str = ""
    expected: str = ""


@dataclass(slots=True)
class _School:
    number: int
    brin: str
    name: str
    places: list[str] = field(default_factory=list)


def read_address_file(content: bytes) -> list[dict[str, Any]]:
    """The rows of the file as {number, brin, name, place}, where number counts as a spreadsheet does.

    Raises:
        UnreadableFile: when it cannot be used as a whole.
    """
    text = _decode(content)
    records = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=False)
    try:
        found, lacking = _columns(next(records, []))
        if lacking:
            raise UnreadableFile("missing_columns", lacking)
        rows = [
            {"number": number, **{name: _cell(cells, at) for name, at in found.items()}}
            for number, cells in enumerate(records, start=2)
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise UnreadableFile("not_text") from error
    if not rows:
        raise UnreadableFile("no_rows")
    if len(rows) > MOST_ROWS:
        raise UnreadableFile("too_many_rows")
    return rows


def _decode(content: bytes) -> str:
    if not content.strip():
        raise UnreadableFile("empty")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text or content.startswith(b"PK\x03\x04"):
            break
        return text
    raise UnreadableFile("not_text")


def _columns(head: list[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Where each column is, whatever its capitals, quotes and spaces; and the names of those that lack."""
    at = {match_key(cell): position for position, cell in reversed(list(enumerate(head)))}
    found = {}
    for name, title in COLUMNS.items():
        position = next((at[one] for one in SPELLINGS.get(name, (title,)) if one in at), None)
        if position is not None:
            found[name] = position
    return found, tuple(title for name, title in COLUMNS.items() if name not in found)


def _cell(cells: list[str], position: int) -> str:
    return clean_text(cells[position])[: MOST_CHARACTERS + 1] if position < len(cells) else ""


def compare(rows: Iterable[Mapping[str, Any]], known: Iterable[KnownSchool]) -> list[Difference]:
    """What the file means for the institutions we know: one difference for each BRIN in it, one for each row that cannot
    be used, and at the end one for each institution of ours that is not in it.

    Several rows of one BRIN are its places, the first one its main place.
    """
    schools, errors = _gather(rows)
    ours = {one.brin: one for one in known}
    owners = _owners(ours.values())
    claimed: dict[str, str] = {}
    found = [_judge(one, ours.get(one.brin), owners, claimed) for one in schools.values()]
    absent = [
        Difference(FileState.ABSENT, one.brin, one.name, one.place, one.other_places, known=one)
        for one in ours.values()
        if one.brin not in schools and not one.gone
    ]
    return [*errors, *found, *absent]


def _gather(rows: Iterable[Mapping[str, Any]]) -> tuple[dict[str, _School], list[Difference]]:
    schools: dict[str, _School] = {}
    errors: list[Difference] = []
    for row in rows:
        # Six characters name a location, of which the first four are the institution's.
        brin = normal_brin(row["brin"])
        brin = brin[:4] if len(brin) == 6 else brin
        problem = _problem(brin, row, schools.get(brin))
        if problem:
            errors.append(_error(row, *problem))
            continue
        school = schools.setdefault(brin, _School(row["number"], brin, row["name"]))
        if row["place"] and row["place"] not in school.places:
            school.places.append(row["place"])
    return schools, errors


def _problem(brin: str, row: Mapping[str, Any], earlier: _School | None) -> tuple[str, str] | None:
    """The column and what was expected there, as codes."""
    if not is_brin(brin):
        return ("brin", "brin_shape")
    if not row["name"]:
        return ("name", "name_missing")
    if len(row["name"]) > MOST_CHARACTERS:
        return ("name", "name_long")
    if earlier and match_key(earlier.name) != match_key(row["name"]):
        return ("name", "name_differs")
    return None


def _error(row: Mapping[str, Any], column: str, expected: str) -> Difference:
    return Difference(
        FileState.ERROR,
        row["brin"],
        row["name"],
        row["place"],
        number=row["number"],
        column=column,
        expected=expected,
    )


def _owners(known: Iterable[KnownSchool]) -> dict[str, str]:
    """Every name → the BRIN of the institution that bears or bore it."""
    return {match_key(name): one.brin for one in known for name in (*one.aliases, one.name)}


def _judge(
    school: _School, known: KnownSchool | None, owners: Mapping[str, str], claimed: dict[str, str]
) -> Difference:
    place, *others = school.places or [""]
    key = match_key(school.name)
    common: dict[str, Any] = {"number": school.number, "known": known, "other_places": tuple(others)}
    if known and known.gone:
        return Difference(FileState.GONE, school.brin, school.name, place, **common)
    if owners.get(key, school.brin) != school.brin or claimed.setdefault(key, school.brin) != school.brin:
        row = {"brin": school.brin, "name": school.name, "place": place, "number": school.number}
        return _error(row, "name", "name_taken")
    if known is None:
        return Difference(FileState.NEW, school.brin, school.name, place, **common)
    moved = bool(place) and (place, *others) != (known.place, *known.other_places)
    state = FileState.MOVED if moved else FileState.SAME
    if known.name != school.name:
        return Difference(FileState.RENAMED, school.brin, school.name, place, also_moved=moved, **common)
    return Difference(state, school.brin, school.name, place, **common)
