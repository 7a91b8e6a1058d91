"""One's own path and one's own hours: everybody their own, and nobody somebody else's."""

from typing import Any

from peergang.progress.models import OwnHours
from tests.house.expecting import only, signed_in
from tests.house.world import World


def _entry(world: World) -> dict[str, Any]:
    return {"entry_id": world.args["own_hours_id"]}


EXPECTATIONS = {
    "progress.path": signed_in(200),
    "progress.hours": signed_in(200),
    # Nothing was filled in.
    "progress.hours POST": signed_in(422),
    "progress.hours_file": signed_in(200),
    # The entry is the participant's.
    "progress.change_hours": only(("participant",), 200, args=_entry),
    # What is not sent stays as it was.
    "progress.change_hours POST": only(("participant",), 303, args=_entry),
    "progress.remove_hours": only(("participant",), 303, args=_entry),
    "progress.take_back_hours": only(("participant",), 303, args=_entry),
}


def extend(world: World) -> None:
    """What the participant wrote down, and changed."""
    day = world.now.date()
    before = {"done_on": day.isoformat(), "kind": "study", "words": "Gelezen", "quarters": 2}
    entry = OwnHours(
        user_id=world.people["participant"].id,
        done_on=day,
        kind="course",
        words="Studiedag",
        quarters=16,
        written_at=world.now,
        previous=before,
    )
    world.session.add(entry)
    world.session.flush()
    world.args["own_hours_id"] = entry.id
