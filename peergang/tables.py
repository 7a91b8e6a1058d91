"""Imports the models of every feature, so that `metadata` knows all tables: for migrations, checks and tests."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import MetaData

from peergang.core.db import Base


def load_metadata() -> MetaData:
    """The metadata with the tables of all features, found by listing the packages that have models."""
    root = Path(__file__).parent
    found = [*root.glob("*/models.py"), *root.glob("*/models/__init__.py")]
    for feature in sorted({path.relative_to(root).parts[0] for path in found}):
        name = f"peergang.{feature}.models"
        if find_spec(name) is not None:
            import_module(name)
    return Base.metadata
