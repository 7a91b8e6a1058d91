"""What a mail provider reports of our mail, in a shape of our own that any provider's can be turned into."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from peergang.core.answers import Answer, read_status
from peergang.notifications.rules.bounces import COMPLAINED, BounceKind, kind_of

MOST = 100
"""Events in one report."""


class Event(NamedTuple):
    """One of them. `kind` is empty for what says nothing about an address, such as a delay."""

    address: str
    mail_id: UUID | None
    report: str
    kind: BounceKind | None
    code: str


def read_events(body: Any, domain: str) -> list[Event]:
    """The events of a report: {"events": [{"kind": "bounce", "address": "…", "message_id": "<…>", "status": "5.1.1",
    "text": "550 …", "id": "…"}]}, of which `text` may be missing, and one of `message_id` and `id`.

    Raises:
        ValueError: with what is wrong, and at which event.
    """
    events = body.get("events") if isinstance(body, dict) else None
    if not isinstance(events, list) or not 1 <= len(events) <= MOST:
        raise ValueError(f"events: 1 to {MOST} are needed")
    return list(_read(events, domain))


def _read(events: list[Any], domain: str) -> Iterator[Event]:
    for number, one in enumerate(events):
        if not isinstance(one, dict) or not all(isinstance(value, str) for value in one.values()):
            raise ValueError(f"events[{number}]: texts alone are understood")
        address = one.get("address", "").strip().lower()
        if not 3 <= len(address) <= 320 or "@" not in address:
            raise ValueError(f"events[{number}].address: none")
        mail_id, name = _mail_id(one.get("message_id", ""), domain), one.get("id", "")[:200]
        if mail_id is None and not name:
            raise ValueError(f"events[{number}]: neither id nor a message_id of ours")
        kind, code = _kind(one, number)
        yield Event(address, mail_id, f"webhook:{name}", kind, code)


def _kind(one: dict[str, str], number: int) -> tuple[BounceKind | None, str]:
    match one.get("kind"):
        case "complaint":
            return BounceKind.COMPLAINT, COMPLAINED
        case "bounce":
            answer = _answer(one.get("status", ""), one.get("text", ""), number)
            return kind_of(answer), answer.code
        case str():
            return None, ""
        case _:
            raise ValueError(f"events[{number}].kind: none")


def _answer(status: str, text: str, number: int) -> Answer:
    parts = status.split(".")
    if (
        len(parts) != 3
        or parts[0] not in ("4", "5")
        or not all(one.isdecimal() and len(one) < 4 for one in parts)
    ):
        raise ValueError(f"events[{number}].status: it must look like 5.1.1")
    return read_status(status, text)


def _mail_id(name: str, domain: str) -> UUID | None:
    local, _, of = name.strip().strip("<>").rpartition("@")
    try:
        return UUID(local) if of.lower() == domain else None
    except ValueError:
        return None
