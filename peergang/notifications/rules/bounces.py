"""When mail that comes back makes an address suspended; docs/decisions/0053-bounces.md gives the reasons."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from peergang.core.answers import Answer, Refusal


class BounceKind(StrEnum):
    """What it says: the address is dead, it takes nothing for now, our mail is refused, or its reader complained."""

    HARD = "hard"
    SOFT = "soft"
    POLICY = "policy"
    COMPLAINT = "complaint"


class BounceSource(StrEnum):
    """How we heard of it: while sending, from a report in the mailbox, or from the provider."""

    SMTP = "smtp"
    MAILBOX = "mailbox"
    WEBHOOK = "webhook"


HARD_LIMIT = 2
SOFT_LIMIT = 5
SOFT_WINDOW = timedelta(days=14)

KEPT = timedelta(days=90)
"""How long we remember that a mail came back."""

SURE = ("5.1.1", "5.1.3", "5.1.6", "5.1.10")
"""Who has the domain says that there is no such mailbox. One such answer is enough."""

COMPLAINED = "complaint"
"""Stands where other bounces have their code."""


class Bounced(NamedTuple):
    """What counts of one mail that came back, and has not been forgiven since."""

    report: str
    kind: str
    code: str
    is_recent: bool


def kind_of(answer: Answer, *, is_last: bool = True) -> BounceKind | None:
    """What a refusal says about the address, when it says anything. One that may pass counts at the last try alone."""
    if answer.refusal.is_of_address:
        return BounceKind.HARD
    if answer.refusal is Refusal.POLICY:
        return BounceKind.POLICY
    return BounceKind.SOFT if is_last and answer.is_soft else None


def suspension_reason(bounced: Iterable[Bounced]) -> str:
    """Why this address gets nothing any more: 'unknown', 'refused', 'full'; empty while it is still tried."""
    counted = list(bounced)
    hard = {one.report for one in counted if one.kind == BounceKind.HARD}
    soft = {one.report for one in counted if one.kind == BounceKind.SOFT and one.is_recent}
    if any(one.kind == BounceKind.HARD and one.code in SURE for one in counted):
        return "unknown"
    if len(hard) >= HARD_LIMIT:
        return "refused"
    return "full" if len(soft) >= SOFT_LIMIT else ""
