"""What an organiser corrected in the table of a file."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from peergang.cohorts.rules.roster.names import clean, name_parts
from peergang.identity.rules import match_key


def correct_rows(
    rows: Sequence[Mapping[str, Any]],
    corrections: Mapping[int, Mapping[str, str]],
    anyway: Mapping[int, bool],
) -> list[dict[str, Any]]:
    """`rows` with what was corrected in the table, by row number; `anyway` holds the ticks of the rows that were shown.

    An institution that was chosen for one row counts for all rows with the same text that have none of their own.
    """
    chosen: dict[str, str] = {}
    corrected = []
    for old in rows:
        row, new = dict(old), corrections.get(int(old["number"]), {})
        if "name" in new:
            row |= name_parts(new["name"])
        if "email" in new:
            row["email"] = clean(new["email"])
        if institution_id := _read_id(new.get("institution", "")):
            row["institution_id"] = institution_id
            chosen[match_key(row["institution"] or row["brin"])] = institution_id
        row["anyway"] = anyway.get(int(old["number"]), row["anyway"])
        corrected.append(row)
    for row in corrected:
        key = match_key(row["institution"] or row["brin"])
        if key and row["institution_id"] is None and key in chosen:
            row["institution_id"] = chosen[key]
    return corrected


def _read_id(text: str) -> str:
    """`text` when it is an id as we write them; empty for anything else that a form can send."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
