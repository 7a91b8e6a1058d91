"""The rules by which somebody asks for attention, one file each. Adding a file adds the rule.

A new rule is a file here that holds `RULE`, a sentence in templates/progress/risk_words.html, and a test.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from peergang.progress.queries.risk_rules.base import RiskRule

HELPING = ("base", "holidays")


@cache
def risk_rules() -> dict[str, RiskRule]:
    """Every rule by its name, found by listing this package."""
    found: dict[str, RiskRule] = {}
    for entry in iter_modules(__path__):
        if entry.name not in HELPING:
            found[entry.name] = import_module(f"{__name__}.{entry.name}").RULE
    return found
