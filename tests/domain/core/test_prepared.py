"""Prepared statements take a short way to the driver: what SQLAlchemy does around a statement must not get lost on it."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import DateTime, Integer, Text, Uuid, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DataError, MultipleResultsFound, NoResultFound, OperationalError
from sqlalchemy.orm import Session

from peergang.core.connections import is_away
from peergang.core.db import make_engine, reading
from peergang.core.prepared import Prepared
from peergang.identity.models import Institution

MARKER = "marker-5c2e17"
NUMBERS = Prepared(
    select(func.generate_series(1, bindparam("most", type_=Integer)).label("number")).order_by("number")
)
AS_NUMBER = Prepared(select(cast(bindparam("word", type_=Text), Integer).label("number")))


def test_rows_have_names_and_values_of_every_kind_we_keep(session: Session) -> None:
    kinds = Prepared(
        select(
            bindparam("id", type_=Uuid).label("id"),
            bindparam("at", type_=DateTime(timezone=True)).label("at"),
            bindparam("ids", type_=ARRAY(Uuid())).label("ids"),
            bindparam("at", type_=DateTime(timezone=True)).label("again"),
            literal("100 % 'zeker'").label("words"),
            cast(literal('{"a": [1]}'), sa.JSON).label("answers"),
        )
    )
    one, now = uuid4(), datetime.now(UTC)
    row = kinds.one(session, id=one, at=now, ids=[one], spare="is not asked for")
    assert (row.id, row.at, row.ids, row.again) == (one, now, [one], now)
    assert (row.words, row.answers) == ("100 % 'zeker'", {"a": [1]})


def test_one_row_or_none_or_too_many(session: Session) -> None:
    assert [row.number for row in NUMBERS.all(session, most=3)] == [1, 2, 3]
    assert NUMBERS.scalar(session, most=2) == 1
    assert NUMBERS.scalar(session, most=0) is None
    assert NUMBERS.one_or_none(session, most=0) is None
    assert NUMBERS.one(session, most=1).number == 1
    with pytest.raises(NoResultFound):
        NUMBERS.one(session, most=0)
    with pytest.raises(MultipleResultsFound):
        NUMBERS.one_or_none(session, most=2)


def test_a_use_case_sees_what_it_changed_before(session: Session) -> None:
    named = Prepared(select(Institution.id).where(Institution.name == bindparam("name", type_=Text)))
    session.add(Institution(name=MARKER, brin="99ZZ"))
    assert named.one(session, name=MARKER)


def test_who_counts_statements_counts_these(session: Session, count_queries: Callable[[], list[str]]) -> None:
    count_queries().clear()
    NUMBERS.all(session, most=1)
    assert count_queries() == [NUMBERS.sql]


def test_an_error_is_one_of_sqlalchemy_and_keeps_the_values_to_itself(session: Session) -> None:
    with pytest.raises(DataError) as caught:
        AS_NUMBER.one(session, word=MARKER)
    assert MARKER not in str(caught.value)
    assert "22P02" in str(caught.value)


def test_a_connection_that_was_cut_leaves_the_pool(engine: sa.Engine) -> None:
    own = make_engine(engine.url.render_as_string(hide_password=False), pool_size=1)
    itself = Prepared(select(func.pg_terminate_backend(func.pg_backend_pid())))
    with reading(own) as session, pytest.raises(OperationalError) as caught:
        itself.all(session)
    assert is_away(caught.value)
    with reading(own) as session:
        assert NUMBERS.scalar(session, most=1) == 1
    own.dispose()
