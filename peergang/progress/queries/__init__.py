"""Selects about progress and participation, one file a subject."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

AnyRow = Row[*tuple[Any, ...]]
"""A row whose columns the function that returns it names in its docstring."""

Rows = Sequence[AnyRow]
