"""Looking after the mail: admins alone. Who would get what, and why: organisers too. What comes: everybody their own."""

from datetime import timedelta
from typing import Any

from tests.factories.notifications import make_notice
from tests.house.expecting import only, signed_in
from tests.house.world import World

ADMIN = ("admin",)


def _selection(world: World) -> dict[str, Any]:
    return {"staat": "failed", "reden": "550", "sinds": (world.now - timedelta(days=1)).isoformat()}


EXPECTATIONS = {
    "reminders.coming": signed_in(200),
    "reminders.rules": only(("organiser", "admin"), 200),
    # An admin says a reason before looking at people.
    "reminders.rule": only(("organiser",), 200, admin=303, args=lambda _: {"name": "meeting_tomorrow"}),
    "reminders.why_not": only(("organiser", "admin"), 200),
    "reminders.why_not_person": only(("organiser",), 200, admin=303),
    "reminders.operating": only(ADMIN, 200),
    "reminders.hold": only(
        ADMIN, 303, form=lambda world: {"scope": "rule", "rule": "meeting_tomorrow", "why": "Een proef"}
    ),
    "reminders.resume": only(ADMIN, 303),
    "reminders.in_doubt": only(ADMIN, 200),
    "reminders.settle": only(ADMIN, 303, form=lambda world: {"besluit": "drop"}),
    # The selection stands in the address; without one there is nothing to ask about.
    "reminders.replay": only(ADMIN, 404),
    "reminders.replay POST": only(ADMIN, 303, form=_selection),
}


def extend(world: World) -> None:
    """A message that failed, and something held back."""
    from peergang.notifications.models import SendingPause

    more = {"state": "failed", "reason": "550", "finished_at": world.now}
    notice = make_notice(world.session, world.people["participant"], world.now, **more)
    pause = SendingPause(scope="rule", key="feedback_thanked", since=world.now, why="Een proef")
    world.session.add(pause)
    world.session.flush()
    world.args |= {"notice_id": notice.id, "pause_id": pause.id}
