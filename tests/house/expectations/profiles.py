"""What people tell about themselves, and the directory."""

from peergang.profiles.models import Profile
from tests.house.expecting import signed_in
from tests.house.world import World

EXPECTATIONS = {
    "profiles.own_profile": signed_in(200),
    "profiles.own_profile POST": signed_in(303, form=lambda world: {"visibility": "network"}),
    "profiles.hide_profile": signed_in(303),
    "profiles.preview": signed_in(200),
    "profiles.directory": signed_in(200),
    # The participant shows it to trainers alone: neither the peer group nor any role of the network gets in.
    "profiles.profile": signed_in(404, participant=200, trainer=200),
}


def extend(world: World) -> None:
    world.session.add(
        Profile(user_id=world.people["participant"].id, visibility="trainers", saved_at=world.now)
    )
    world.session.flush()
