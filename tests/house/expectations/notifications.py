"""Choices about mail; stopping by a signed link; outgoing mail, which is public in the demo, in development and in tests."""

from peergang.core import clock
from peergang.core.mail import MemoryTransport, SentMail
from peergang.notifications.actions.opt_out import make_token
from tests.factories.notifications import make_notice
from tests.factories.push import Browser, make_browser
from tests.house.expecting import everybody, only, signed_in
from tests.house.world import World

SECRET_KEY = "development-only-" * 2  # the default of Settings outside production

MAIL = SentMail("a@b.example", "c@d.example", b"Subject: Proef\r\nTo: c@d.example\r\n\r\nDag\r\n")


def message_id(world: World) -> dict[str, object]:
    """A message of the participant."""
    return {"notice_id": world.args["message_id"]}


EXPECTATIONS = {
    "notifications.preferences": signed_in(200),
    "notifications.preferences POST": signed_in(303),
    # Without a secret in the settings there is no such address.
    "notifications.receive_report": everybody(404),
    "notifications.retry_address": signed_in(303),
    "notifications.lift_address": signed_in(404),
    "notifications.unsubscribe": everybody(200),
    "notifications.one_click_unsubscribe": everybody(200),
    "notifications.undo_unsubscribe": everybody(200),
    "notifications.soften_unsubscribe": everybody(200, form=lambda _: {"liever": "weekly"}),
    "notifications.inbox": signed_in(200),
    # The message is the participant's; for others it does not exist.
    "notifications.open_message": only(["participant"], 303, args=message_id),
    "notifications.mark_message_unread": only(["participant"], 303, args=message_id),
    "notifications.mark_messages_read": signed_in(303),
    "notifications.undo_mark_messages_read": signed_in(303),
    # Without a key there are no messages in browsers.
    "notifications.push_worker": everybody(404),
    "notifications.push_seen": everybody(404, args=lambda _: {"token": "x"}),
    "notifications.add_browser": signed_in(404),
    "notifications.remove_browser": only(["participant"], 303),
    "notifications.outbox": everybody(200),
    # The memory may be empty: other tests share it.
    "notifications.outbox_message": everybody((200, 404), args=lambda _: {"name": "0"}),
    "notifications.outbox_html": everybody((200, 404), args=lambda _: {"name": "0"}),
}


def extend(world: World) -> None:
    """A signed link, a message on the site, and a mail to look at."""
    world.args["token"] = make_token(SECRET_KEY, world.people["participant"].id, "meeting_tomorrow")
    world.args["message_id"] = make_notice(
        world.session, world.people["participant"], clock.now(), rule="security_notice"
    ).id
    world.args["subscription_id"] = make_browser(
        world.session, world.people["participant"], Browser(), clock.now()
    ).id
    MemoryTransport.sent.append(MAIL)
