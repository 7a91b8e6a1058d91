"""Pure rules about institutions: regions, host names, and the days on which something may have happened to one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from peergang.identity.rules import clean_text


class Region(StrEnum):
    """The regions whose school holidays differ."""

    NORTH = "noord"
    MIDDLE = "midden"
    SOUTH = "zuid"


LOOK_BACK = timedelta(days=5 * 366)
"""How long ago a merger, an ending or a change of work may be written down."""
LOOK_AHEAD = timedelta(days=366)
"""How far ahead a change of work may be planned. Mergers and endings are written down once they are there."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z]{{2,63}}")


def normal_domain(text: str) -> str:
    """A domain as it is compared and stored: "@School.nl" and "https://school.nl/" become "school.nl"."""
    plain = re.sub(r"^[a-z]+://", "", text.strip().lower()).split("/", 1)[0]
    return plain.rsplit("@", 1)[-1].rstrip(".")


def is_domain(text: str) -> bool:
    """Whether `text` is a host name of at least two parts."""
    return len(text) <= 253 and _HOST.fullmatch(text) is not None


def clean_list(given: Iterable[str]) -> list[str]:
    """Each text once, as people mean it, in the order given."""
    return list(dict.fromkeys(text for one in given if (text := clean_text(one))))


def is_near(day: date, today: date, *, ahead: timedelta = timedelta()) -> bool:
    """Whether `day` lies within what may be written down today."""
    return today - LOOK_BACK <= day <= today + ahead


def follow_mergers(successors: Mapping[UUID, UUID], institution_id: UUID) -> UUID:
    """What an institution is today: the last of its successors, or itself."""
    seen = {institution_id}
    while (following := successors.get(institution_id)) is not None and following not in seen:
        institution_id = following
        seen.add(following)
    return institution_id


@dataclass(frozen=True, slots=True)
class TakingPart:
    """An institution in a cohort: how many i-coaches, and how much of what they have to do is done.

    The features above know this; they tell it through `register_participation`.
    """

    cohort_id: str
    cohort_name: str
    state: str
    sign: str
    people: int
    completed: int
    required: int

    @property
    def goes_on(self) -> bool:
        """Whether the cohort has not ended."""
        return self.state in ("open", "running")

    @property
    def share(self) -> int | None:
        """The percentage that is done; None where there is nothing to do."""
        return share_done((self,))


def share_done(parts: Iterable[TakingPart]) -> int | None:
    """The percentage that is done of several together; None where there is nothing to do. Never 100 before all is done."""
    parts = list(parts)
    required = sum(one.required for one in parts)
    return 100 * sum(one.completed for one in parts) // required if required else None
