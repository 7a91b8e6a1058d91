"""Finds the personal_data.py of every feature by listing the packages, so that a new one cannot be forgotten here."""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast
from uuid import UUID

from sqlalchemy.orm import Session

ROOT = Path(__file__).parent.parent


class PersonalData(Protocol):
    """What a feature's personal_data.py offers."""

    COLUMNS: dict[str, str]

    @staticmethod
    def export(session: Session, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
        """The person's own records as plain rows."""

    @staticmethod
    def erase(session: Session, user_id: UUID) -> list[str]:
        """Replace their words and keep what others depend on. Gives the keys of files to remove after the commit."""


@cache
def list_personal_data() -> dict[str, PersonalData]:
    """The modules by the name of their feature, in the order of the names."""
    names = sorted(path.parent.name for path in ROOT.glob("*/personal_data.py"))
    return {name: cast("PersonalData", import_module(f"peergang.{name}.personal_data")) for name in names}


def in_order_of_erasing() -> list[PersonalData]:
    """Identity last: until then the others can still look for the address."""
    modules = list_personal_data()
    return [modules[name] for name in sorted(modules, key=lambda name: (name == "identity", name))]
