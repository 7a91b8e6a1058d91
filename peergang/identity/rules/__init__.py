"""Pure rules about people: names the Dutch way, roles, lifetimes of tokens and sessions."""

import re
import unicodedata
from datetime import timedelta
from enum import StrEnum

from peergang.identity.rules.names import full_name, initials, listed_name, sort_key


class Role(StrEnum):
    """Roles that are granted for the whole network or for one institution; those in a cohort live in `Enrolment`."""

    ADMIN = "admin"
    ORGANISER = "organiser"
    CONTACT = "contact"


class TokenPurpose(StrEnum):
    """What a single-use link is for."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 the name of a purpose, no secret
    INSTITUTION_PROOF = "institution_proof"
    ADDRESS_PROOF = "address_proof"


__all__ = [
    "full_name",
    "initials",
    "listed_name",
    "sort_key",
]
"""Names have a file of their own; these four are asked for everywhere."""

LOCALES = ("nl", "en")
THEMES = ("auto", "light", "dark")

TOKEN_LIFETIME = {
    TokenPurpose.INVITATION: timedelta(days=30),
    TokenPurpose.PASSWORD_RESET: timedelta(hours=2),
    TokenPurpose.INSTITUTION_PROOF: timedelta(hours=2),
    TokenPurpose.ADDRESS_PROOF: timedelta(hours=24),
}
SESSION_LIFETIME = timedelta(days=30)
"""How long a browser stays signed in when its owner asked for that."""
SHORT_SESSION_LIFETIME = timedelta(hours=12)
"""Otherwise: a working day, and no longer than the browser stays open."""
RESET_INTERVAL = timedelta(minutes=5)
"""One mail about a forgotten password per person in this time, however often somebody asks."""

PROOF_INTERVAL = timedelta(minutes=1)
"""One mail to prove one address per person in this time: two clicks are one wish."""

NAME_MAX_LENGTH = 100
EMAIL_MAX_LENGTH = 254
_EMAIL = re.compile(r"[!-?A-~]+@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,63}", re.IGNORECASE)
_SIGNS = re.compile(r"[^a-z0-9]")
_BRIN = re.compile(r"[0-9]{2}[A-Z]{2}")


def normal_email(address: str) -> str:
    """An address as it is compared and stored: trimmed and in lower case."""
    return address.strip().lower()


def is_email(address: str) -> bool:
    """Whether `address` looks like one we can write to. Letters outside ASCII are refused: few mail servers take them."""
    return len(address) <= EMAIL_MAX_LENGTH and _EMAIL.fullmatch(address) is not None and ".." not in address


def clean_text(text: str) -> str:
    """One line of text as people mean it: no control characters, single spaces, nothing around it."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def normal_brin(text: str) -> str:
    """A BRIN number as it is compared and stored: "25lx " becomes "25LX"."""
    return text.strip().upper()


def is_brin(text: str) -> bool:
    """Whether `text` has the shape of a BRIN number: two digits and two capitals."""
    return _BRIN.fullmatch(text) is not None


def match_key(text: str) -> str:
    """What two spellings of a name have in common: no accents, capitals, spaces and signs. "ROC  de Waterkant" and
    "Roc-de-Wáterkant" are one; in letters that are not Latin only spaces and capitals are left out.
    """
    # Marks on one letter are put in order by comparing each with each, so no more is read than any name needs.
    letters = unicodedata.normalize("NFKD", text[:1_000]).casefold()
    return _SIGNS.sub("", letters) or clean_text(text).casefold()


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """By what its owner recognises a browser: "Firefox, Windows"; empty when it does not say. More is not kept."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)
