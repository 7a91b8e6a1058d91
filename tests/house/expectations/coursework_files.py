"""Files at a reflection: as its text. The participant submitted one with a photo, for the trainer alone."""

from tests.factories.coursework import find_activity, submit
from tests.factories.files import attach, make_pdf
from tests.house.expectations.coursework import BOTH, of
from tests.house.expecting import only
from tests.house.world import World

READERS = ("participant", "trainer")
AUTHOR = ("participant",)

EXPECTATIONS = {
    # Nothing is sent along, which is said at the field of the page it leads to.
    "coursework.attachment_add": only(BOTH, 303, **of("reflection_activity_id", "activity_id")),
    "coursework.attachment": only(READERS, 200),
    "coursework.attachment_preview": only(READERS, 200),
    "coursework.attachment_remove": only(AUTHOR, 303, **of("draft_attachment_id", "attachment_id")),
    "coursework.attachment_restore": only(AUTHOR, 303, **of("draft_attachment_id", "attachment_id")),
    "coursework.attachment_describe": only(AUTHOR, 303),
}


def extend(world: World) -> None:
    session, author = world.session, world.enrolments["participant"]
    activity = find_activity(session, world.cohort)
    photo = attach(session, author, activity.id, world.now)
    from peergang.coursework.models import Reflection

    reflection = session.get_one(Reflection, world.args["reflection_id"])
    latest = submit(session, reflection, world.now, gezien="Kijk maar op de foto.")
    draft = attach(session, author, activity.id, world.now, make_pdf(), "kijkvraag.pdf")
    world.args |= {
        "attachment_id": photo.id,
        "draft_attachment_id": draft.id,
        "latest_version_id": latest.id,
    }
