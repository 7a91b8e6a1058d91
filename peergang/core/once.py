"""Storing what somebody filled in once, however often the button was pressed."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import inspect, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.db import HasId


def store_once(session: Session, row: HasId, key: UUID | None, *, but: str) -> UUID:
    """Write `row` under the key that was made with its form, and give the id that it has. The same again adds nothing, also
    when both are on their way at once; another text under that key (somebody went back to the form) gets an id of its own.

    Args:
        session: of the action.
        row: filled in, and in no session.
        key: from the form; None makes one.
        but: the column with the moment, which is another one at the second press.
    """
    table: Any = type(row)
    columns = inspect(table).column_attrs.keys()
    values = {name: getattr(row, name) for name in columns if getattr(row, name) is not None}
    for mine in (key or uuid4(), uuid4()):
        statement = insert(table).values({**values, "id": mine}).on_conflict_do_nothing(index_elements=["id"])
        if session.scalar(statement.returning(table.id)) is not None:
            return mine
        there = session.execute(select(*(getattr(table, name) for name in columns)).where(table.id == mine))
        found = there.one_or_none()
        if found is not None and all(
            getattr(found, name) == getattr(row, name) for name in columns if name not in ("id", but)
        ):
            return mine
    raise AssertionError("a random id was there already")
