"""The kinds of activity, one file each: what its header may hold. Adding a file adds the kind."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from peergang.curriculum.kinds.base import KindSettings


@cache
def kinds() -> dict[str, type[KindSettings]]:
    """Every kind by its name, found by listing this package."""
    found: dict[str, type[KindSettings]] = {}
    for entry in iter_modules(__path__):
        if entry.name != "base":
            module = import_module(f"{__name__}.{entry.name}")
            found[entry.name] = module.Settings
    return found
