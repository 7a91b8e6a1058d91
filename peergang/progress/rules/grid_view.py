"""What a trainer looks at in the grid of a cohort, as it stands in the address."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from peergang.progress.rules.grid import GridLine


class Show(StrEnum):
    """Which people."""

    ALL = ""
    WAITING = "wacht"
    LATE = "laat"
    ATTENTION = "aandacht"


@dataclass(frozen=True, slots=True)
class GridView:
    """`module` is the code of one module, or empty for all of them; `group` one peer group."""

    module: str = ""
    show: Show = Show.ALL
    group: UUID | None = None

    def args(self, **other: str) -> dict[str, Any]:
        """The same as the arguments of an address, with `other` in the place of what is called so."""
        found = {"module": self.module, "toon": str(self.show), "groep": str(self.group or "")} | other
        return {name: value for name, value in found.items() if value}


def read_view(given: Mapping[str, str], modules: Collection[str], groups: Collection[UUID]) -> GridView:
    """The view of an address; what it does not know it leaves out."""
    module, show = given.get("module", ""), given.get("toon", "")
    group = next((one for one in groups if str(one) == given.get("groep", "")), None)
    return GridView(module if module in modules else "", Show(show) if show in set(Show) else Show.ALL, group)


def keep(
    lines: Iterable[GridLine],
    view: GridView,
    *,
    marked: Collection[UUID],
    members: Mapping[UUID, UUID | None],
) -> list[GridLine]:
    """The lines that `view` asks for. `marked` are enrolments that ask for attention, `members` says who is in which group."""
    return [
        line for line in lines if _shows(line, view.show, marked) and _in_group(line, view.group, members)
    ]


def _shows(line: GridLine, show: Show, marked: Collection[UUID]) -> bool:
    match show:
        case Show.WAITING:
            return line.waits
        case Show.LATE:
            return line.late > 0
        case Show.ATTENTION:
            return line.person.enrolment_id in marked
    return True


def _in_group(line: GridLine, group: UUID | None, members: Mapping[UUID, UUID | None]) -> bool:
    return group is None or members.get(line.person.enrolment_id) == group
