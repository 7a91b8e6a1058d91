"""The card is for everybody who is signed in; a conversation is for its author alone."""

from datetime import timedelta

from peergang.conversations.models import Conversation
from tests.house.expecting import only, signed_in
from tests.house.world import World

HELD = {"held_on": "2026-01-05", "figure": "teacher", "topic_code": ""}

EXPECTATIONS = {
    "conversations.overview": signed_in(200),
    "conversations.card": signed_in(200),
    "conversations.log": signed_in(200),
    "conversations.log POST": signed_in(422, form=lambda world: HELD | {"figure": ""}),
    "conversations.change": only(("participant",), 200),
    "conversations.change POST": only(("participant",), 422, form=lambda world: HELD | {"held_on": ""}),
    "conversations.confirm_removal": only(("participant",), 200),
    "conversations.remove": only(("participant",), 303),
}


def extend(world: World) -> None:
    conversation = Conversation(
        user_id=world.people["participant"].id,
        held_on=(world.now - timedelta(days=2)).date(),
        figure="teacher",
        notes="Alleen voor de deelnemer.",
        created_at=world.now,
    )
    world.session.add(conversation)
    world.session.flush()
    world.args["conversation_id"] = conversation.id
