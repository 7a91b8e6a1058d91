"""Rows as plain values, for the download of one's own data."""

from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session


def read_plain(session: Session, statement: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    """What `statement` finds, as {column: value}; days and times as ISO text."""
    return [
        {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
        for row in session.execute(statement).mappings()
    ]
