"""Large statements that a page runs again and again: compiled to SQL once, and handed to the driver as they are.

SQLAlchemy finds a compiled statement by walking through all its parts at every execution. For the sums of the participation
page that walk costs more than everything else that Python does with them.
"""

from functools import cached_property
from typing import Any

from sqlalchemy import ClauseElement, make_url
from sqlalchemy.orm import Session

from peergang.progress.queries import Rows

_DIALECT: Any = make_url("postgresql+psycopg://").get_dialect()()


class Prepared:
    """A statement with named parameters (`bindparam`), compiled at its first use."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement

    @cached_property
    def _compiled(self) -> tuple[str, dict[str, Any]]:
        """The SQL with lists written out, and the values that are the same every time."""
        compiled: Any = self._statement.compile(dialect=_DIALECT)
        given = {name for name, bind in compiled.binds.items() if bind.required}
        state = compiled.construct_expanded_state(dict.fromkeys(given))
        fixed = {name: value for name, value in state.parameters.items() if name not in given}
        return state.statement, fixed

    def all(self, session: Session, **values: Any) -> Rows:
        """All rows for these values of the parameters."""
        sql, fixed = self._compiled
        return session.connection().exec_driver_sql(sql, {**fixed, **values}).all()
