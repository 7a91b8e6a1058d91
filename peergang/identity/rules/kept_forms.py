"""Which forms are kept for somebody whose session had ended when they sent them, and for how long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

KEPT_FOR = timedelta(days=1)
MOST = 5
"""Of one person at a time; the oldest goes."""
LARGEST = 2 * 1024 * 1024
"""Characters of one form: a reflection as long as it may be is far below."""

OWN_FIELD = "kept_form"
"""With which a form that is sent after all says which one it was."""
_OURS = frozenset({OWN_FIELD, "csrf_token"})


@dataclass(frozen=True, slots=True)
class SentForm:
    """What was sent: where to, from which page, and its fields in their order."""

    target: str
    page: str
    fields: Sequence[tuple[str, str]]

    @property
    def intent(self) -> str:
        """The button that was pressed, where a form has several."""
        return next((value for name, value in self.fields if name == "intent"), "")

    @property
    def texts(self) -> list[str]:
        """What was written in it, for its writer to recognise: the values that have more than one word."""
        return [value for _, value in self.fields if len(value.split()) > 1]


def fields_to_keep(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields that are worth keeping: nothing of ours, and of a form with a password or a code nothing at all."""
    found = [(name, value) for name, value in fields if name not in _OURS]
    if any("password" in name or name == "code" for name, _ in found):
        return []
    return found if sum(len(value) for _, value in found) <= LARGEST else []
