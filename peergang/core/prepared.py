"""Statements that pages run again and again: compiled to SQL once, and handed to the driver as they are.

SQLAlchemy finds a compiled statement by walking through all its parts at every execution. For the statements of a page that
walk costs more CPU than everything else that Python does with them; docs/decisions/0007-prepared-statements.md has figures.
"""

import re
from functools import cached_property
from typing import Any

from sqlalchemy import ClauseElement, make_url
from sqlalchemy.orm import Session

from peergang.core.db import AnyRow, Rows

_DIALECT: Any = make_url("postgresql+psycopg://").get_dialect()()
_PLACE = re.compile(r"%\((\w+)\)s")


class Prepared:
    """A statement with named parameters (`bindparam`), compiled at its first use.

    Rows come as the driver gives them: right for numbers, texts, moments, UUIDs, arrays and jsonb, which is all that our
    tables hold. A column type with a conversion of its own in SQLAlchemy (Enum, TypeDecorator) would arrive unconverted.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement

    @cached_property
    def sql(self) -> str:
        """The SQL. What is the same every time stands in it, so that the planner knows it and nobody has to send it."""
        compiled: Any = self._statement.compile(dialect=_DIALECT)
        given = {name for name, bind in compiled.binds.items() if bind.required}
        state = compiled.construct_expanded_state(dict.fromkeys(given))
        fixed = {name: value for name, value in state.parameters.items() if name not in given}
        return _PLACE.sub(lambda place: _written(fixed, place), state.statement)

    def all(self, session: Session, **values: Any) -> Rows:
        """All rows for these values of the parameters."""
        found: Rows = self._run(session, values).all()
        return found

    def one_or_none(self, session: Session, **values: Any) -> AnyRow | None:
        """The only row, or None; an error when there are more."""
        found: AnyRow | None = self._run(session, values).one_or_none()
        return found

    def one(self, session: Session, **values: Any) -> AnyRow:
        """The only row; an error when there are none or more."""
        found: AnyRow = self._run(session, values).one()
        return found

    def scalar(self, session: Session, **values: Any) -> Any:
        """The first column of the first row."""
        return self._run(session, values).scalar()

    def _run(self, session: Session, values: dict[str, Any]) -> Any:
        if session.autoflush:
            # In a use case a select sees what was changed before it, as with session.execute().
            session.flush()
        return session.connection().exec_driver_sql(self.sql, values)


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
