"""Participants' files: keeping one for a decision, saying by hand which column is which, putting it aside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from peergang.cohorts.models import RosterImport
from peergang.cohorts.policy import can_manage_cohort
from peergang.cohorts.queries.cohorts import lock_cohort
from peergang.cohorts.queries.roster import get_open_import
from peergang.cohorts.rules import CHANGEABLE
from peergang.cohorts.rules.roster.columns import NAMES, missing, recognise
from peergang.cohorts.rules.roster.names import clean
from peergang.cohorts.rules.roster.reading import find_header, guess_header, make_rows, read_table
from peergang.cohorts.rules.roster.tables import Line, Unreadable
from peergang.core.errors import Invalid
from peergang.core.permissions import Actor, require

FILE_NAME_MAX_LENGTH = 120
MOST_BYTES = 5 * 1024 * 1024


def read_roster_file(
    session: Session, actor: Actor, cohort_id: UUID, *, file_name: str, content: bytes, now: datetime
) -> RosterImport:
    """Keep the rows of a file for a decision; nobody is added yet. A file that waited is replaced. For organisers.

    A list whose header says too little waits as it is, until `name_columns` says which column is which.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such cohort. Conflict: `cohort_state`.
        Unreadable (an Invalid): {"file": code} when it cannot be read as a whole.
    """
    require(can_manage_cohort(actor))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    if len(content) > MOST_BYTES:
        raise Invalid({"file": "too_large"})
    kept = _read(content)
    _drop_waiting(session, cohort_id, now)
    found = RosterImport(
        cohort_id=cohort_id,
        created_by_id=actor.user_id,
        created_at=now,
        file_name=_short_name(file_name),
        **kept,
    )
    session.add(found)
    session.flush()
    return found


def name_columns(
    session: Session, actor: Actor, cohort_id: UUID, import_id: UUID, header: int, columns: Mapping[str, int]
) -> None:
    """Say which column of a waiting file is which: a position by field; `header` is the number of the row with the titles,
    or 0 when there is none. For organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when the file is done. Conflict: `cohort_state`.
        Unreadable (an Invalid): {"file": "missing_columns" | "same_column" | "no_rows" | "too_many_rows"}.
    """
    require(can_manage_cohort(actor))
    lock_cohort(session, cohort_id, *CHANGEABLE)
    found = get_open_import(session, cohort_id, import_id)
    lines = _lines(found.cells)
    chosen = {name: at for name, at in columns.items() if name in NAMES and at >= 0}
    if lacking := missing(chosen):
        raise Unreadable("missing_columns", lacking)
    if len(set(chosen.values())) < len(chosen):
        raise Unreadable("same_column")
    at = next((index for index, line in enumerate(lines) if line.number == header), -1)
    found.rows = make_rows(lines, at, chosen)
    found.columns = {"header": header, "fields": chosen}
    found.cells = []
    session.flush()


def discard_roster(
    session: Session, actor: Actor, cohort_id: UUID, import_id: UUID, *, now: datetime
) -> None:
    """Wipe the rows of a file that waits; who was added stays. For organisers.

    Raises:
        Forbidden: for anybody else. NotFound: when the file is done already.
    """
    require(can_manage_cohort(actor))
    finish_import(get_open_import(session, cohort_id, import_id), now)


def finish_import(found: RosterImport, now: datetime) -> None:
    """Wipe what stood in a file that is dealt with."""
    found.rows, found.cells, found.leaving, found.finished_at = [], [], [], now


def _read(content: bytes) -> dict[str, Any]:
    """What to keep of a file: its rows, or its cells when somebody has to name the columns."""
    lines = read_table(content)
    try:
        at, columns = find_header(lines)
    except Unreadable as error:
        if not error.lines:
            raise
        at = guess_header(lines)
        guessed = {"header": lines[at].number, "fields": recognise(lines[at].cells)}
        return {"rows": [], "cells": _plain(error.lines), "columns": guessed}
    known = {"header": lines[at].number, "fields": columns}
    return {"rows": make_rows(lines, at, columns), "cells": [], "columns": known}


def _plain(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [{"number": line.number, "cells": [clean(cell) for cell in line.cells]} for line in lines]


def _lines(cells: Sequence[Mapping[str, Any]]) -> list[Line]:
    return [Line(int(one["number"]), tuple(one["cells"])) for one in cells]


def _drop_waiting(session: Session, cohort_id: UUID, now: datetime) -> None:
    session.execute(
        update(RosterImport)
        .where(RosterImport.cohort_id == cohort_id, RosterImport.finished_at.is_(None))
        .values(rows=[], cells=[], finished_at=now)
        .execution_options(synchronize_session="fetch")
    )


def _short_name(file_name: str) -> str:
    bare = clean(file_name.replace("\\", "/").rsplit("/", 1)[-1])
    return bare[-FILE_NAME_MAX_LENGTH:] or "deelnemers.csv"
