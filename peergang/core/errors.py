"""The four ways in which a use case can refuse; the web layer turns each into one kind of answer."""

from collections.abc import Mapping
from typing import Any


class PeergangError(Exception):
    """Base of everything a use case raises on purpose."""


class NotFound(PeergangError):
    """The thing does not exist, or must look as if it does not: both become a 404."""


class Forbidden(PeergangError):
    """The actor may not do this. Seen from outside it is the same 404, so that ids cannot be probed."""


class Conflict(PeergangError):
    """The record moved on in the meantime, or its state does not allow the step.

    `reason` is a stable code that the web layer translates; `details` holds what the page needs to show.
    """

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


class Invalid(PeergangError):
    """Input that a form cannot judge alone. `problems` maps a field name to a stable code."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {code}" for field, code in problems.items()))
        self.problems = dict(problems)
