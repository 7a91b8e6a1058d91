"""This week, the modules and the topics. The outsider and the other trainer belong to another cohort of the same edition: the
content is theirs too, the dates and marks of this cohort are not.
"""

from typing import Any

from sqlalchemy import select

from peergang.curriculum.models import Activity, Module, Topic
from tests.house.expecting import only, signed_in
from tests.house.world import World

PARTICIPANTS = ("participant", "outsider")
FOLLOWS = (*PARTICIPANTS, "trainer", "other_trainer", "organiser", "admin")
HELD = {"held_on": "2026-01-05", "figure": "teacher", "topic_code": ""}


def _topic(world: World) -> dict[str, Any]:
    return {"topic_id": world.args["topic_id"]}


EXPECTATIONS = {
    "coursework.this_week": signed_in(200),
    "coursework.modules": signed_in(200),
    "coursework.module": only(FOLLOWS, 200, args=lambda world: {"module_id": world.args["path_module_id"]}),
    "coursework.topic": only(FOLLOWS, 200, args=_topic),
    "coursework.mark_topic": only(PARTICIPANTS, 303, args=_topic),
    "coursework.unmark_topic": only(PARTICIPANTS, 303, args=_topic),
    "coursework.log_conversation": only(
        PARTICIPANTS, 200, args=lambda world: {"activity_id": world.args["conversation_activity_id"]}
    ),
    "coursework.log_conversation POST": only(
        PARTICIPANTS,
        422,
        args=lambda world: {"activity_id": world.args["conversation_activity_id"]},
        form=lambda world: HELD | {"held_on": "geen dag"},
    ),
}


def extend(world: World) -> None:
    edition_id = world.cohort.edition_id
    module = world.session.scalars(
        select(Module).where(Module.edition_id == edition_id).order_by(Module.position)
    ).first()
    assert module is not None
    in_module = (Activity.module_id == module.id) & (Activity.kind == "conversation")
    world.args |= {
        "path_module_id": module.id,
        "topic_id": world.session.scalars(select(Topic.id).where(Topic.module_id == module.id)).first(),
        "conversation_activity_id": world.session.scalars(select(Activity.id).where(in_module)).one(),
    }
