"""What cohorts are, in plain Python and apart from the code under test."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

CHANGEABLE = ("planned", "open", "running")
INVITING = ("open", "running")
SEATED = ("invited", "active", "completed")
STAYS = ("invited", "waitlisted", "active")

Key = tuple[str, str]
"""An activity through all editions: slug and kind."""


@dataclass
class Place:
    """Somebody's place: `order` counts who came, `done` holds what counts with its date."""

    state: str
    order: int = 0
    moved_up: int = 0
    done: dict[Key, datetime] = field(default_factory=dict)
    extended: bool = False


@dataclass
class Planned:
    """A meeting: its module, what it is, and what one undo brings back."""

    module: str
    starts_at: datetime
    state: str = "planned"
    previous: tuple[datetime, str] | None = None
    held: bool = False


@dataclass
class Run:
    """A cohort."""

    id: UUID
    state: str
    capacity: int
    starts_on: date
    edition: int = 0
    places: dict[str, Place] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    meetings: dict[UUID, Planned] = field(default_factory=dict)
    pins: dict[tuple[str, str], tuple[datetime | None, datetime]] = field(default_factory=dict)

    @property
    def changeable(self) -> bool:
        return self.state in CHANGEABLE

    @property
    def free(self) -> int:
        return self.capacity - sum(one.state in SEATED for one in self.places.values())

    @property
    def waiting(self) -> list[str]:
        """The list in its order."""
        found = [name for name, one in self.places.items() if one.state == "waitlisted"]
        return sorted(found, key=lambda name: (-self.places[name].moved_up, self.places[name].order))


@dataclass
class World:
    """Everything: runs, editions with their activities (required or not), and who or what is gone."""

    runs: list[Run]
    editions: list[tuple[UUID, frozenset[Key]]]
    schools: list[UUID]
    closed: set[str] = field(default_factory=set)
    merged: set[int] = field(default_factory=set)
    came: int = 0

    def has_place(self, run: Run, name: str) -> bool:
        place = run.places.get(name)
        return place is not None and place.state != "withdrawn"

    def enrol(self, run: Run, names: list[str]) -> None:
        """In this order, while there are seats and nobody waits."""
        free = 0 if run.waiting else max(0, run.free)
        for name in dict.fromkeys(names):
            if self.has_place(run, name):
                continue
            self.came += 1
            place = run.places.setdefault(name, Place("withdrawn"))
            place.state = "invited" if free > 0 else "waitlisted"
            place.order, place.moved_up = self.came, 0
            free -= 1

    def promote(self, run: Run) -> None:
        for name in run.waiting[: max(0, run.free)]:
            run.places[name].state, run.places[name].moved_up = "invited", 0

    def leave(self, run: Run, name: str) -> None:
        """Before the opening a place disappears, unless something was done or granted in it."""
        place = run.places[name]
        place.state = "withdrawn"
        if run.state == "planned" and not place.done and not place.extended:
            del run.places[name]
        self.promote(run)

    def transfer(self, here: Run, there: Run, name: str) -> None:
        place = here.places[name]
        active = place.state == "active" and there.state in INVITING
        self.enrol(there, [name])
        new = there.places[name]
        new.state = "active" if active else new.state
        known = self.editions[there.edition][1]
        new.done = {key: at for key, at in place.done.items() if key in known} | new.done
        self.leave(here, name)

    def progress(self, run: Run, place: Place) -> tuple[int, int]:
        """(done, required) of the edition that the cohort has now."""
        required = self.editions[run.edition][1]
        return len(place.done.keys() & required), len(required)
