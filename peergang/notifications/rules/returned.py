"""What stands in a message that came to the address from which we send: a delivery report (RFC 3464), a complaint (RFC 5965),
or something else. Whatever rubbish arrives, reading it gives an answer, or an error that its reader takes for rubbish.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses
from itertools import chain, islice
from uuid import UUID

from peergang.core.answers import Answer, Refusal, read_answer, read_status
from peergang.notifications.rules.strange_mail import parse_mail

_SMTP = re.compile(r"(?:^|;)\s*(\d{3})[ -](.*)", re.DOTALL)
_IN_TEXT = re.compile(r"\b([45]\d\d)[ -]#?([45]\.\d{1,3}\.\d{1,3}\b[^\r\n]*)")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ADDRESSED = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To")

MOST_NAMED = 10
"""Of each: people who were not reached, mails of ours, addresses that it was sent to. A mail of ours goes to one person."""
LONGEST_ADDRESS = 320
"""RFC 5321 allows no longer one; the library loses its way in brackets of a thousand."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A message in the mailbox.

    Attributes:
        message_id: its own, or something that is the same when it is read again.
        mail_ids: mails of ours that it names, the most certain first.
        failed: who was not reached, and what their server said.
        complaint: somebody called a mail of ours unwanted.
        automatic: a machine wrote it: out of office, a receipt.
        addressed: the addresses that it was sent to.
    """

    message_id: str
    mail_ids: tuple[UUID, ...] = ()
    failed: tuple[tuple[str, Answer], ...] = ()
    complaint: bool = False
    automatic: bool = False
    addressed: tuple[str, ...] = ()


def read_returned(raw: bytes, domain: str) -> Returned:
    """What the message says; `domain` is that of our Message-IDs.

    Raises:
        ValueError: it is too entangled to be a report.
    """
    message = parse_mail(raw)
    parts = list(message.walk())
    kinds = {part.get_content_type() for part in parts}
    reports = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    failed = chain.from_iterable(map(_failed, reports)) if reports else _failed_recipients(message, raw)
    return Returned(
        message_id=_header(message, "Message-ID").strip()[:200],
        mail_ids=_mail_ids(message, parts, raw, domain),
        failed=tuple(islice(failed, MOST_NAMED)),
        complaint=_is_complaint(parts),
        automatic=_header(message, "Auto-Submitted").strip().lower() not in ("", "no") or bool(reports)
        or "message/disposition-notification" in kinds,
        addressed=tuple(islice(_addressed(message), MOST_NAMED)),
    )  # fmt: skip


def _addressed(message: Message) -> Iterator[str]:
    for name in _ADDRESSED:
        for _words, address in getaddresses([str(one) for one in message.get_all(name, [])[:MOST_NAMED]]):
            if "@" in address and len(address) <= LONGEST_ADDRESS:
                yield address


def _header(message: Message, name: str) -> str:
    return str(message.get(name, ""))


def _failed(report: Message) -> Iterator[tuple[str, Answer]]:
    """The groups of a delivery-status: the first is about the message, each other about one recipient."""
    blocks = report.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message) or _header(block, "Action").strip().lower() != "failed":
            continue
        # Final is where it broke, which may be an address it was forwarded to; original is what we wrote, when it is told.
        wanted = _header(block, "Original-Recipient") or _header(block, "Final-Recipient")
        address = wanted.rpartition(";")[2].strip().strip("<>").lower()
        if "@" in address:
            yield address, _answer(_header(block, "Status"), _header(block, "Diagnostic-Code"))


def _answer(status: str, diagnostic: str) -> Answer:
    """What the other server said itself tells more than the status that a relay made of it."""
    said = _SMTP.search(diagnostic)
    if said:
        answer = read_answer(int(said[1]), said[2], at_recipient=True)
        if answer.refusal not in (Refusal.MESSAGE, Refusal.LATER):
            return answer
    found = _STATUS.match(status.strip())
    return read_status(found.group(), diagnostic) if found else Answer(Refusal.MESSAGE, "")


def _failed_recipients(message: Message, raw: bytes) -> Iterator[tuple[str, Answer]]:
    """Google's older way: the recipient in a header, the answer somewhere in the text."""
    named = getaddresses([str(one) for one in message.get_all("X-Failed-Recipients", [])[:MOST_NAMED]])
    found = _IN_TEXT.search(raw.decode("utf-8", "replace"))
    for _words, address in named:
        if "@" in address:
            answer = (
                read_answer(int(found[1]), found[2], at_recipient=True)
                if found
                else Answer(Refusal.MESSAGE, "")
            )
            yield address.lower(), answer


def _is_complaint(parts: list[Message]) -> bool:
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            inner = part.get_payload()
            fields = inner[0] if isinstance(inner, list) and inner else part
            kind = _header(fields, "Feedback-Type") if isinstance(fields, Message) else ""
            if kind.strip().lower() in ("abuse", "fraud", "opt-out", "other"):
                return True
    return False


def _mail_ids(message: Message, parts: list[Message], raw: bytes, domain: str) -> tuple[UUID, ...]:
    """First the returned message's own, then what the report answers to, then wherever one stands in the text."""
    pattern = re.compile(
        rf"<([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})@{re.escape(domain)}>", re.IGNORECASE
    )
    places = [_header(part, "Message-ID") for part in parts if part is not message]
    for part in parts:
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            places.append(payload.decode("utf-8", "replace") if isinstance(payload, bytes) else "")
    places += [
        _header(message, "In-Reply-To"),
        _header(message, "References"),
        raw.decode("utf-8", "replace"),
    ]
    found = (UUID(one) for place in places for one in pattern.findall(place))
    return tuple(dict.fromkeys(found))[:MOST_NAMED]
