"""Participation and progress: organisers and admins; the grid of a cohort also for who trains it."""

from typing import Any

from tests.house.expecting import only
from tests.house.world import World


def _bulk(world: World) -> dict[str, Any]:
    return {"deed": "uitstel"}


def _chosen(world: World) -> dict[str, Any]:
    return {"wie": [str(world.enrolments["participant"].id)]}


ORGANISERS = ("organiser", "admin")

EXPECTATIONS = {
    "progress.participation": only(ORGANISERS, 200),
    "progress.annual": only(ORGANISERS, 200),
    "progress.compare": only(ORGANISERS, 200),
    "progress.evidence": only(("organiser",), 200, admin=303, args=lambda _: {"measure": "aanwezigheid"}),
    "progress.export": only(ORGANISERS, 200),
    "progress.own_institution": only(("contact",), 200),
    # Names: an admin who is no organiser is first asked why.
    "progress.cell": only(("organiser",), 200, admin=303),
    "progress.institution": only(ORGANISERS, 200),
    "progress.closing": only(("organiser",), 200, admin=303),
    "progress.cohort": only(("organiser", "trainer"), 200, admin=303),
    # One person by name, and things done for several: their trainers and organisers.
    "progress.story": only(("organiser", "trainer"), 200, admin=303),
    "progress.bulk": only(("organiser", "trainer", "admin"), 303, args=_bulk),
    "progress.bulk POST": only(("organiser", "trainer"), 200, admin=303, args=_bulk, form=_chosen),
    "progress.undo_bulk": only(("organiser", "trainer", "admin"), 303, args=_bulk),
}
