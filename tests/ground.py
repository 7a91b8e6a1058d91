"""What many tests of a file begin with, made once: every test gets it as if it had been made for that test alone.

Its rows lie in one transaction under all these tests, each of which runs in a savepoint and rolls that back. Its objects are
read anew for every test from how they were when it was ready, so what one test does to them reaches no other.
"""

import pickle
from collections.abc import Callable
from io import BytesIO
from typing import Any

import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from tests.moment import NOW


class Ground:
    """One connection for the tests of a file that ask for something made once; `connection` hands it to them."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def make(self, make: Callable[[Session], object]) -> bytes:
        """Make it at the usual moment, and give it packed; `unpack` gives it to one test."""
        with (
            time_machine.travel(NOW, tick=True),
            Session(
                self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
            ) as session,
        ):
            made = make(session)
            session.commit()
            packed = BytesIO()
            _Packer(packed).dump((made, list(session)))
        return packed.getvalue()


def unpack(packed: bytes, session: Session) -> Any:
    """What was made, in the session of this test. That asks the database nothing."""
    unpacker = _Unpacker(BytesIO(packed))
    unpacker.session = session
    made, objects = unpacker.load()
    session.add_all(objects)
    return made


class _Packer(pickle.Pickler):
    """Leaves a place open where a session stood."""

    def persistent_id(self, found: Any) -> str | None:
        return "session" if isinstance(found, Session) else None


class _Unpacker(pickle.Unpickler):
    """Puts the session of the test where one stood."""

    session: Session

    def persistent_load(self, _: Any) -> Session:
        return self.session
