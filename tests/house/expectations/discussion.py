"""A cohort talks with its participants and trainers: organisers, admins and contacts meet a 404 everywhere.

The participant began a conversation under the first module and the peer replied; hiding is for the trainer alone.
"""

from typing import Any

from peergang.discussion.actions.posting import Draft, add_reply, start_thread
from peergang.discussion.models import Post
from tests.factories.coursework import actor_of, find_activity
from tests.house.expecting import only
from tests.house.world import World

INSIDE = ("participant", "trainer")
TEXT = {"title": "Hoe begin je?", "body": "Iets.", "mentions": "", "read": "", "seen": "0"}


def post_of(name: str) -> dict[str, Any]:
    return {"args": lambda world: {"post_id": world.args[name]}}


def with_form(expected: dict[str, Any], **values: str) -> dict[str, Any]:
    return expected | {"form": lambda world: TEXT | values}


MODULE = {"args": lambda world: {"module_id": world.args["talk_module_id"]}}

EXPECTATIONS = {
    "discussion.module_threads": only(INSIDE, 200, **MODULE),
    "discussion.meeting_threads": only(INSIDE, 200),
    "discussion.start_at_module": only(INSIDE, 200, **MODULE),
    "discussion.start_at_module POST": with_form(only(INSIDE, 303, **MODULE)),
    "discussion.start_at_meeting": only(INSIDE, 200),
    "discussion.start_at_meeting POST": with_form(only(INSIDE, 303)),
    "discussion.thread": only(INSIDE, 200, args=lambda world: {"thread_id": world.args["talk_id"]}),
    "discussion.reply": with_form(only(INSIDE, 303, args=lambda world: {"thread_id": world.args["talk_id"]})),
    "discussion.post": only(INSIDE, 303, **post_of("talk_post_id")),
    "discussion.edit_post": only(("participant",), 200, **post_of("talk_post_id")),
    "discussion.edit_post POST": with_form(
        only(("participant",), 303, **post_of("talk_post_id")), read="Wie begint?"
    ),
    "discussion.remove_post": only(("participant",), 200, **post_of("talk_post_id")),
    "discussion.remove_post POST": only(("participant",), 303, **post_of("talk_post_id")),
    "discussion.hide_post": only(("trainer",), 200, **post_of("talk_reply_id")),
    "discussion.hide_post POST": {
        **only(("trainer",), 303, **post_of("talk_reply_id")),
        "form": lambda world: {"reason": "Er staat een naam in."},
    },
    "discussion.show_post": only(("trainer",), 303, **post_of("talk_reply_id")),
    "discussion.choose_level": {
        **only(INSIDE, 303, args=lambda world: {"thread_id": world.args["talk_id"]}),
        "form": lambda world: {"level": "mute"},
    },
    "discussion.mark_read": {
        **only(INSIDE, 303, args=lambda world: {"thread_id": world.args["talk_id"]}),
        "form": lambda world: {"number": "1"},
    },
}


def extend(world: World) -> None:
    session, people = world.session, world.enrolments
    module_id = find_activity(session, world.cohort).module_id
    talk_id = start_thread(
        session,
        actor_of(session, people["participant"]),
        Draft("Wie begint?", title="Beginnen"),
        cohort_id=world.cohort.id,
        module_id=module_id,
        now=world.now,
    )
    reply_id = add_reply(session, actor_of(session, people["peer"]), talk_id, Draft("Ik."), now=world.now)
    first = session.query(Post).filter_by(thread_id=talk_id, number=1).one()
    world.args |= {
        "talk_module_id": module_id,
        "talk_id": talk_id,
        "talk_post_id": first.id,
        "talk_reply_id": reply_id,
    }
