"""Tables as files: each sees their own. The organiser asked for one that is ready, and gets it every week."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from peergang.core.config import KNOWN_SECRET
from peergang.core.signing import sign_id
from peergang.core.storage import Files
from peergang.reports.models import Report, Subscription
from tests.factories.files import files_folder
from tests.house.expecting import everybody, only, signed_in
from tests.house.world import World

OWNER = ("organiser",)
ORGANISERS = ("organiser", "admin")
WISH: dict[str, Any] = {"form": lambda _world: {"soort": "participation", "vraag": "", "vorm": "csv"}}


def subscription_of(world: World) -> dict[str, object]:
    """Of a report; a browser's address for messages is called by the same name."""
    return {"subscription_id": world.args["report_subscription_id"]}


def link_of(world: World) -> dict[str, object]:
    """What stands in its mail."""
    return {"token": sign_id(KNOWN_SECRET, "end_report", world.args["report_subscription_id"])}


EXPECTATIONS = {
    "reports.overview": signed_in(200),
    "reports.ask": only(ORGANISERS, 303, **WISH),
    "reports.report": only(OWNER, 200),
    "reports.download": only(OWNER, 200),
    "reports.retry": only(OWNER, 303),
    "reports.remove": only(OWNER, 303),
    # Nothing is asked for in the address, and there is no kind without a name.
    "reports.subscribe": signed_in(404),
    "reports.save_subscription": only(
        ORGANISERS,
        303,
        form=lambda _world: WISH["form"](_world) | {"rhythm": "week", "weekday": "1", "format": "csv"},
    ),
    "reports.pause": only(OWNER, 303, args=subscription_of),
    "reports.resume": only(OWNER, 303, args=subscription_of),
    "reports.end": only(OWNER, 303, args=subscription_of),
    "reports.end_by_mail": everybody(200, args=link_of),
    "reports.ended_by_mail": everybody(200, args=link_of),
}


def extend(world: World) -> None:
    owner, now = world.people["organiser"], world.now
    common = {"user_id": owner.id, "kind": "participation", "locale": "nl", "role": "organiser"}
    report = Report(
        **common,
        format="csv",
        state="ready",
        storage_key=Files(files_folder()).put(BytesIO(b"\xef\xbb\xbfInstelling\r\n")),
        name="deelname.csv",
        title="Deelname",
        size=14,
        asked_at=now,
        ready_at=now,
        expires_at=now + timedelta(days=7),
    )
    subscription = Subscription(
        **common,
        title="Deelname",
        format="csv",
        query="maat=voortgang",
        weekday=1,
        next_on=now.date() + timedelta(days=3),
        created_at=now,
    )
    world.session.add_all([report, subscription])
    world.session.flush()
    world.args |= {"report_id": report.id, "report_subscription_id": subscription.id}
