"""Ids that a page gives to a prepared statement: as text, in PostgreSQL's own notation of an array."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Text, Uuid, bindparam, cast, func
from sqlalchemy.dialects.postgresql import ARRAY


def any_given(name: str) -> Any:
    """To compare a column with: any of the ids in the parameter `name`."""
    return func.any(cast(bindparam(name, type_=Text), ARRAY(Uuid)))


def as_array(ids: Iterable[object]) -> str:
    """The value of that parameter."""
    return "{" + ",".join(map(str, ids)) + "}"
