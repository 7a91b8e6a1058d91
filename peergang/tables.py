"""Imports the models of every feature, so that `metadata` knows all tables: for migrations, checks and tests."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import MetaData

from peergang.core.db import Base


def load_metadata() -> MetaData:
    """The metadata with the tables of all features, found by listing the packages that have a models.py."""
    root = Path(__file__).parent
    for models in sorted(root.glob("*/models.py")):
        name = f"peergang.{models.parent.name}.models"
        if find_spec(name) is not None:
            import_module(name)
    return Base.metadata
