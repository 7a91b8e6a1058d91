"""Names and addresses as people type them into spreadsheets."""

import re

from peergang.identity.rules import is_email
from peergang.identity.rules.names import split_name

FORMULA_STARTS = ("=", "+", "-", "@")
MOST_CHARACTERS = 120
MOST_IN_A_CELL = 300
"""What is longer is no name, address or school; nobody should have to wait for it either."""
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_BETWEEN = re.compile(r"[;,/|\s]+")
"""What people put between two addresses in one cell."""


def clean(cell: str) -> str:
    """A cell on one line of at most 300 characters, without the white space and the leading apostrophe that spreadsheets
    add.
    """
    text = " ".join(_UNSEEN.sub("", cell.replace("\u00a0", " ")).split())
    return (text[1:] if text.startswith("'") and text[1:2] in FORMULA_STARTS else text)[:MOST_IN_A_CELL]


def name_parts(name: str) -> dict[str, str]:
    """A name in one piece as the three cells of a row."""
    given_name, particle, family_name = split_name(clean(name))
    return {"given_name": given_name, "particle": particle, "family_name": family_name}


def normal_address(cell: str) -> str:
    """The address in a cell, in lower case; `Anna <a@b.example>` and `mailto:a@b.example?subject=x` are understood.

    An address that stands there twice is one; two different ones stay, for somebody to choose.
    """
    inside = re.search(r"<([^<>]+)>", cell)
    address = (inside[1] if inside else cell).strip().lower()
    address = address.removeprefix("mailto:").split("?")[0].strip(" .;,'\"")
    several = _list_addresses(address)
    return several[0] if len(several) == 1 and address.count("@") > 1 else address


def without_address(name: str) -> str:
    """A name without the address that mail programs put behind it."""
    return re.sub(r"\s*<[^<>]*@[^<>]*>", "", name)


def _list_addresses(text: str) -> list[str]:
    found = [part.strip("<>().") for part in _BETWEEN.split(text)]
    return list(dict.fromkeys(part for part in found if part.count("@") == 1))


def address_problem(address: str) -> str:
    """What is wrong with `address`, as a code; empty when nothing is."""
    local, _, domain = address.partition("@")
    judged = (
        ("email_missing", not address),
        ("email_long", len(address) > 254),
        ("email_several", len(_list_addresses(address)) > 1),
        ("email_at", address.count("@") != 1),
        ("email_space", " " in address),
        ("email_comma", "," in domain),
        ("email_domain", "." not in domain),
        ("email_shape", not local or ".." in address or not is_email(address)),
    )
    return next((code for code, is_wrong in judged if is_wrong), "")


def name_problem(given_name: str, particle: str, family_name: str) -> str:
    """What is wrong with a name, as a code; empty when nothing is. A single name is enough for who has only one."""
    whole = f"{given_name}{particle}{family_name}"
    if not whole:
        return "name_missing"
    if not given_name:
        return "name_given_missing"
    if any(part.startswith(FORMULA_STARTS) for part in (given_name, particle, family_name)):
        return "name_formula"
    if len(whole) > MOST_CHARACTERS:
        return "name_long"
    return "" if any(letter.isalpha() for letter in whole) and "@" not in whole else "name_shape"


def safe_job_title(text: str) -> str:
    """A job title without what a spreadsheet would take for a formula, cut to a sensible length."""
    return text.lstrip("=+-@ ")[:MOST_CHARACTERS]
