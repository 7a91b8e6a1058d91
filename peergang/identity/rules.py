"""Pure rules about people: names the Dutch way, roles, lifetimes of tokens and sessions."""

import unicodedata
from datetime import timedelta
from enum import StrEnum


class Role(StrEnum):
    """Roles that are granted for the whole network or for one institution; those in a cohort live in `Enrolment`."""

    ADMIN = "admin"
    ORGANISER = "organiser"
    CONTACT = "contact"


class TokenPurpose(StrEnum):
    """What a single-use link is for."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 the name of a purpose, no secret


LOCALES = ("nl", "en")
THEMES = ("auto", "light", "dark")

TOKEN_LIFETIME = {
    TokenPurpose.INVITATION: timedelta(days=30),
    TokenPurpose.PASSWORD_RESET: timedelta(hours=2),
}
SESSION_LIFETIME = timedelta(days=30)
PASSWORD_MIN_LENGTH = 10
PASSWORD_MAX_LENGTH = 200


def full_name(given_name: str, particle: str, family_name: str) -> str:
    """The name as it is written in running text: "Anna van der Berg"."""
    return " ".join(part for part in (given_name, particle, family_name) if part)


def listed_name(given_name: str, particle: str, family_name: str) -> str:
    """The name as it stands in an alphabetical list: "Berg, Anna van der"."""
    if not family_name:
        return given_name
    return f"{family_name}, {' '.join(part for part in (given_name, particle) if part)}"


def initials(given_name: str, family_name: str) -> str:
    """Two letters for an avatar: "AB"; one when there is only one name."""
    return (given_name[:1] + family_name[:1]).upper()


def sort_key(given_name: str, particle: str, family_name: str) -> str:
    """A key that sorts on the main word of the family name, without accents or capitals (Dutch practice, NEN 1888).

    No collation of PostgreSQL does this, so the key is stored beside the name.
    """
    main = family_name or given_name
    rest = f"{given_name} {particle}" if family_name else ""
    plain = unicodedata.normalize("NFKD", f"{main}, {rest}").casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).strip(" ,")


def normal_email(address: str) -> str:
    """An address as it is compared and stored: trimmed and in lower case."""
    return address.strip().lower()
