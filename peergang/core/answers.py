"""What a mail server means by its no: the address is dead, later, or something that is not the address's fault.

By the enhanced code (RFC 3463) where the answer begins with one, as the large providers do, else by the reply code of RFC 5321.
docs/decisions/0053-bounces.md tells why a code that looks the same is read differently here and there.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Refusal(StrEnum):
    """Why a message was not taken."""

    UNKNOWN = "unknown"
    """There is no such mailbox, says who has the domain: sure enough to stop at once."""
    DEAD = "dead"
    """The address refuses for good, but servers say so for other reasons too: the second time counts."""
    FULL = "full"
    LATER = "later"
    POLICY = "policy"
    """They do not want our mail (a block list, a missing signature, forbidden content): the operator's matter."""
    MESSAGE = "message"
    """Not this message: too large, or a no without a known reason."""

    @property
    def is_permanent(self) -> bool:
        """Whether trying again is of no use."""
        return self not in (Refusal.FULL, Refusal.LATER)

    @property
    def is_of_address(self) -> bool:
        """Whether it says that the address itself is no good."""
        return self in (Refusal.UNKNOWN, Refusal.DEAD)


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal, and the code by which it is written down: "5.1.1", or "550" when there was no better one."""

    refusal: Refusal
    code: str

    @property
    def is_soft(self) -> bool:
        """Whether it speaks of this one mailbox, for now; greylists, full disks and slow lanes say nothing about it."""
        return self.refusal is Refusal.FULL or self.code.startswith(("4.1.", "4.2."))


_ENHANCED = re.compile(r"^#?([245]\.\d{1,3}\.\d{1,3})(?=\D|$)")
_BLOCKED = re.compile(
    r"spam|block|black ?list|\blisted|banned|policy|reputation|spf|dkim|dmarc|rdns|reverse dns|relay|authenticat",
    re.IGNORECASE,
)

_KNOWN = {
    "1.1": Refusal.UNKNOWN,
    "1.6": Refusal.UNKNOWN,
    "1.10": Refusal.UNKNOWN,
    "1.3": Refusal.UNKNOWN,
    "1.0": Refusal.DEAD,
    "1.2": Refusal.DEAD,
    "2.1": Refusal.DEAD,
    "4.4": Refusal.DEAD,
    "4.310": Refusal.DEAD,
    "2.0": Refusal.DEAD,
    "2.2": Refusal.FULL,
    "1.7": Refusal.POLICY,
    "1.8": Refusal.POLICY,
}
"""By subject and detail of a 5.x.x; what is not here and not 7.x is about the message."""

_REPLIES = {550: Refusal.DEAD, 551: Refusal.DEAD, 552: Refusal.FULL, 553: Refusal.DEAD}
"""By reply code, where the recipient was refused; 552 is how older servers say that the mailbox is full."""


def read_answer(code: int, text: str, *, at_recipient: bool) -> Answer:
    """What `code` and `text` mean as the answer to a recipient, or (`at_recipient` off) to the message itself.

    The first digit of the reply decides whether it is for good, whatever the enhanced code says.
    """
    found = _ENHANCED.match(text.strip())
    enhanced = found.group(1) if found else ""
    if code < 500:
        full = enhanced.partition(".")[2] == "2.2"
        return Answer(Refusal.FULL if full else Refusal.LATER, enhanced or str(code))
    if enhanced.startswith("5.") and enhanced != "5.0.0":
        return Answer(_by_enhanced(enhanced, text), enhanced)
    if _BLOCKED.search(text):
        return Answer(Refusal.POLICY, str(code))
    return Answer(_REPLIES.get(code, Refusal.MESSAGE) if at_recipient else Refusal.MESSAGE, str(code))


def read_status(status: str, text: str = "") -> Answer:
    """What the Status of a delivery report means (RFC 3464), with what the other server said if that is known."""
    if status.startswith("5."):
        return Answer(_by_enhanced(status, text), status)
    return Answer(Refusal.FULL if status.partition(".")[2] == "2.2" else Refusal.LATER, status)


def _by_enhanced(enhanced: str, text: str) -> Refusal:
    kind = enhanced.partition(".")[2]
    if kind.startswith("7."):
        return Refusal.POLICY
    if kind == "4.1" and "recipient address rejected" in text.lower():
        # Exchange Online at its edge, about an address that the school's directory does not have; elsewhere a bad route.
        return Refusal.DEAD
    return _KNOWN.get(kind, Refusal.MESSAGE)
