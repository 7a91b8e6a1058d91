"""What a provider's claims say about somebody. They come from elsewhere: any may be missing, or be of an odd type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peergang.identity.rules import (
    EMAIL_MAX_LENGTH,
    LOCALES,
    NAME_MAX_LENGTH,
    clean_text,
    is_brin,
    is_email,
    normal_brin,
    normal_email,
)
from peergang.identity.rules.institutions import is_domain, normal_domain
from peergang.identity.rules.names import PARTICLES, split_name

STAFF = frozenset(("employee", "staff", "faculty"))
STUDENT = "student"
SUBJECT_MAX_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Told:
    """Who a provider says has come. What it did not say, or not usably, is empty."""

    subject: str
    given_name: str = ""
    particle: str = ""
    family_name: str = ""
    email: str = ""
    organisation: str = ""
    brin: str = ""
    domain: str = ""
    is_student: bool = False
    locale: str = ""


def read_told(claims: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> Told | None:
    """`claims` by the `names` under which they are found. None when nobody can be known by them."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_MAX_LENGTH or "\x00" in subject:
        return None

    def first(wanted: str) -> str:
        return next((text for name in names.get(wanted, ()) for text in _texts(claims.get(name))), "")

    affiliations = {
        text.lower().split("@")[0]
        for name in names.get("affiliation", ())
        for text in _texts(claims.get(name))
    }
    email, domain, brin = normal_email(first("email")), normal_domain(first("domain")), first("brin")
    given, particle, family = _name(first("given_name"), first("family_name"), first("name"))
    return Told(
        subject=subject,
        given_name=given[:NAME_MAX_LENGTH],
        particle=particle[:NAME_MAX_LENGTH],
        family_name=family[:NAME_MAX_LENGTH],
        email=email if is_email(email) and claims.get("email_verified") not in (False, "false") else "",
        organisation=first("organisation")[:NAME_MAX_LENGTH],
        brin=normal_brin(brin)[:4] if len(brin) in (4, 6) and is_brin(normal_brin(brin)[:4]) else "",
        domain=domain if is_domain(domain) else "",
        is_student=STUDENT in affiliations and not affiliations & STAFF,
        locale=next((one for one in LOCALES if first("locale").lower()[:2] == one), ""),
    )


def _texts(value: Any) -> Iterable[str]:
    """A claim is one text or a list of them; anything else says nothing. Blank texts say nothing either."""
    several = value if isinstance(value, list | tuple) else (value,)
    return [text for one in several if isinstance(one, str) and (text := clean_text(one[:EMAIL_MAX_LENGTH]))]


def _name(given: str, family: str, whole: str) -> tuple[str, str, str]:
    """Given name, particle and family name. Providers put the particle into the family name: "van der Berg"."""
    if not given and not family:
        return split_name(whole)
    words = family.split()
    at = 0
    while at < len(words) - 1 and words[at] in PARTICLES:
        at += 1
    return given, " ".join(words[:at]), " ".join(words[at:])
