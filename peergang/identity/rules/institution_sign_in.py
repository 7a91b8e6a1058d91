"""Pure rules about signing in through an institution: how long things last, and what comes next."""

from datetime import timedelta
from enum import StrEnum

TRIP_LIFETIME = timedelta(minutes=15)
"""How long somebody may take at the provider: choosing the institution, a password, a second factor."""
ARRIVAL_LIFETIME = timedelta(hours=2)
"""How long somebody has to prove who they are here; as long as a link by mail works."""


class Situation(StrEnum):
    """How things stand for somebody of whom we do not know yet who they are here."""

    KNOWN = "known"
    """The provider told an address that belongs to an account: prove that it is yours."""
    ASK = "ask"
    """The provider told no address: which one do we know you by?"""
    SIGN_UP = "sign_up"
    """Nobody with this address, and who has a known institution may make an account."""
    UNKNOWN = "unknown"
    """Nobody with this address: who can let you in?"""
    STRANGE = "strange"
    """We do not know the institution."""


def situation(*, has_institution: bool, email: str, has_account: bool, sign_up: bool) -> Situation:
    """What to show to somebody who arrived."""
    if not has_institution:
        return Situation.STRANGE
    if not email:
        return Situation.ASK
    if has_account:
        return Situation.KNOWN
    return Situation.SIGN_UP if sign_up else Situation.UNKNOWN
