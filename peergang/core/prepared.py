"""Statements that pages run again and again: compiled to SQL once, and handed to the driver as they are.

SQLAlchemy finds a compiled statement by walking through all its parts at every execution. For the statements of a page that
walk costs more CPU than everything else that Python does with them; docs/decisions/0007-prepared-statements.md has figures.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any, TypeVar

import psycopg
from psycopg import RawCursor
from psycopg.rows import namedtuple_row
from sqlalchemy import ClauseElement, make_url
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, Rows

_DIALECT: Any = make_url("postgresql+psycopg://").get_dialect()()
R = TypeVar("R", bound=tuple[Any, ...])

_PLACE = re.compile(r"%\((\w+)\)s")


class Prepared:
    """A statement with named parameters (`bindparam`), compiled at its first use.

    Rows come as the driver gives them: right for numbers, texts, moments, UUIDs, arrays and jsonb, which is all that our
    tables hold. A column type with a conversion of its own in SQLAlchemy (Enum, TypeDecorator) would arrive unconverted.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._named: Any = None

    @cached_property
    def sql(self) -> str:
        """The SQL. What is the same every time stands in it, so that the planner knows it and nobody has to send it."""
        compiled: Any = self._statement.compile(dialect=_DIALECT)
        given = {name for name, bind in compiled.binds.items() if bind.required}
        state = compiled.construct_expanded_state(dict.fromkeys(given))
        fixed = {name: value for name, value in state.parameters.items() if name not in given}
        return _PLACE.sub(lambda place: _written(fixed, place), state.statement)

    @cached_property
    def _sent(self) -> tuple[bytes, tuple[str, ...]]:
        """The SQL as PostgreSQL wants it ($1, $2, …), and the names of the parameters in that order."""
        names: list[str] = []

        def numbered(place: re.Match[str]) -> str:
            if place[1] not in names:
                names.append(place[1])
            return f"${names.index(place[1]) + 1}"

        return _PLACE.sub(numbered, self.sql).replace("%%", "%").encode(), tuple(names)

    def all(self, session: Session, **values: Any) -> Rows:
        """All rows for these values of the parameters."""
        found: Rows = self._run(session, values)
        return found

    def each(self, kind: type[R], session: Session, **values: Any) -> Sequence[R]:
        """All rows, as named tuples of a class of ours, whose fields are the columns in their order."""
        found: Sequence[R] = self._run(session, values, kind)
        return found

    def one_or_none(self, session: Session, **values: Any) -> AnyRow | None:
        """The only row, or None; an error when there are more."""
        found = self._run(session, values)
        if len(found) > 1:
            raise MultipleResultsFound(f"{len(found)} rows")
        return found[0] if found else None

    def one(self, session: Session, **values: Any) -> AnyRow:
        """The only row; an error when there are none or more."""
        found = self.one_or_none(session, **values)
        if found is None:
            raise NoResultFound("no row")
        return found

    def scalar(self, session: Session, **values: Any) -> Any:
        """The first column of the first row."""
        found = self._run(session, values)
        return found[0][0] if found else None

    def _run(self, session: Session, values: dict[str, Any], kind: Any = None) -> Any:
        if session.autoflush:
            # In a use case a select sees what was changed before it, as with session.execute().
            session.flush()
        connection: Any = session.info.get("connection") or session.connection()
        text, names = self._sent
        # Past Connection.execute: making the description of a result anew costs more than the statement. Rows are the
        # driver's named tuples. What SQLAlchemy does around a statement stays: who listens hears it, and an error becomes
        # one of its own (a lost connection leaves the pool, values leave the message).
        cursor: Any = RawCursor(connection.connection.driver_connection, row_factory=self._maker_of(kind))
        for listener in connection.dispatch.before_cursor_execute:
            listener(connection, cursor, self.sql, values, None, False)
        try:
            return cursor.execute(text, [values[name] for name in names]).fetchall()
        except psycopg.Error as error:
            # Nothing public does this; it always raises.
            connection._handle_dbapi_exception(error, self.sql, values, cursor, None)  # noqa: SLF001
            raise

    def _maker_of(self, kind: Any) -> Callable[[Any], Any]:
        """What makes a row. The driver would look for its class at every execution, and pass each row through Python."""

        def maker(cursor: Any) -> Any:
            if kind is None and self._named is None:
                self._named = getattr(namedtuple_row(cursor), "__self__")  # noqa: B009 its type hides the class
            return partial(tuple.__new__, kind or self._named)

        return maker


def _written(fixed: dict[str, Any], place: re.Match[str]) -> str:
    """A fixed value as SQL; the place of a parameter as it was."""
    name = place[1]
    if name not in fixed:
        return place[0]
    match fixed[name]:
        case None:
            return "NULL"
        case bool() as value:
            return "true" if value else "false"
        case int() as value:
            return str(value)
        case str() as value:
            return "'" + value.replace("'", "''").replace("%", "%%") + "'"
        case value:
            raise TypeError(f"A {type(value).__name__} cannot stand in the SQL: give it as a bindparam.")
