"""Ids that a statement gets as one text, in PostgreSQL's own notation: a list costs the driver ten times as much."""

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
