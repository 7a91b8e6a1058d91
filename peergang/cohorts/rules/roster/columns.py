"""Which column is which, by their Dutch or English names in any order and case."""

from collections.abc import Sequence

from peergang.identity.rules import match_key

NAMES: dict[str, tuple[str, ...]] = {
    "given_name": (
        "voornaam",
        "roepnaam",
        "voornamen",
        "roepnaamvoornaam",
        "voornaamroepnaam",
        "firstname",
        "givenname",
    ),
    "particle": (
        "tussenvoegsel",
        "tussenvoegsels",
        "voorvoegsel",
        "voorvoegsels",
        "infix",
        "particle",
        "nameparticle",
    ),
    "family_name": ("achternaam", "familienaam", "lastname", "surname", "familyname"),
    "name": (
        "naam",
        "volledigenaam",
        "name",
        "fullname",
        "deelnemer",
        "naamdeelnemer",
        "medewerker",
        "naammedewerker",
        "achternaamvoornaam",
        "voornaamachternaam",
        "cursist",
    ),
    "email": (
        "email",
        "emailadres",
        "mail",
        "mailadres",
        "emailaddress",
        "schoolmail",
        "eaddress",
        "emailschool",
        "emailwerk",
        "werkmail",
        "zakelijkemail",
        "epost",
    ),
    "institution": (
        "instelling",
        "instellingsnaam",
        "naaminstelling",
        "school",
        "schoolnaam",
        "onderwijsinstelling",
        "organisatie",
        "instellingnaam",
        "mboschool",
        "college",
        "werkgever",
        "institution",
        "institutionname",
        "organisation",
    ),
    "brin": (
        "brin",
        "brincode",
        "brinnummer",
        "brinnr",
        "brin4",
        "brin6",
        "brinnummerinstelling",
        "instellingscode",
        "institutioncode",
    ),
    "job_title": ("functie", "functienaam", "rol", "jobtitle", "function", "role"),
}
HEADER_WITHIN = 30
"""Exports often have a title and a filter above the header; further down we stop looking."""
_FIELD_OF = {alias: field for field, aliases in NAMES.items() for alias in aliases}


def recognise(header: Sequence[str]) -> dict[str, int]:
    """The position of every field that `header` names; of two columns with the same meaning the first counts."""
    found: dict[str, int] = {}
    for position, title in enumerate(header):
        field = _FIELD_OF.get(match_key(title))
        if field is not None:
            found.setdefault(field, position)
    return found


def missing(found: dict[str, int]) -> list[str]:
    """The fields without which no participant can be added: "name", "email", "institution"."""
    lacking = []
    if "name" not in found and not ("given_name" in found and "family_name" in found):
        lacking.append("name")
    if "email" not in found:
        lacking.append("email")
    if "institution" not in found and "brin" not in found:
        lacking.append("institution")
    return lacking


def is_complete(found: dict[str, int]) -> bool:
    """Whether these columns are enough to add people."""
    return not missing(found)
