"""The library is for the whole network; what is not shared yet is for its author alone."""

from tests.factories.identity import make_user
from tests.factories.practice import make_example
from tests.house.expecting import only, signed_in
from tests.house.world import World

OWN = {"args": lambda world: {"example_id": world.args["own_example_id"]}}
NOTE = {"form": lambda world: {"outcome": "worked", "note": "Ging goed."}}

WHOLE = dict.fromkeys(("title", "summary", "context", "approach", "result", "learned"), "Tekst.")

EXPECTATIONS = {
    "practice.library": signed_in(200),
    "practice.own": signed_in(200),
    "practice.new": signed_in(200),
    "practice.create": {**signed_in(303), "form": lambda world: {"title": "Nieuw"}},
    "practice.example": signed_in(200),
    "practice.share": {**signed_in(303), **NOTE},
    "practice.take_back": signed_in(303),
    "practice.bookmark": signed_in(303),
    "practice.edit": {**only(("participant",), 200), **OWN},
    "practice.save": {**only(("participant",), 303), **OWN, "form": lambda world: WHOLE},
    "practice.withdraw": {**only(("participant",), 303), **OWN},
    # Others could have seen it, so even its author cannot throw it away.
    "practice.discard": {**only(("participant",), 409), **OWN},
}


def extend(world: World) -> None:
    author = make_user(world.session)
    world.args["example_id"] = make_example(world.session, author, world.now).id
    own = make_example(world.session, world.people["participant"], world.now)
    world.args["own_example_id"] = own.id
