"""The file with which an institution gives edubadges to many people at once (direct award), in its two variants."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO

from peergang.core.csv_file import csv_writer, defuse

_REST = (
    "Narrative (optional)",
    "Evidence URL (optional)",
    "Evidence NAME (optional)",
    "Evidence Description (optional)",
    "Grade (optional)",
)


class Variant(StrEnum):
    """How the file names people: by their account at an institution, or by their name."""

    ACCOUNT = "account"
    NAME = "naam"


HEADS = {
    Variant.ACCOUNT: ("Recipient mailadres", "Recipient EPPN", *_REST),
    Variant.NAME: ("Recipient mailadres", "Recipient First name", "Recipient Surname", *_REST),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who asked for a badge."""

    email: str
    account: str
    given_name: str
    surname: str
    narrative: str
    evidence_url: str
    evidence_name: str
    evidence_description: str


def write_awards(recipients: Iterable[Recipient], variant: Variant) -> bytes:
    """The file: semicolons, UTF-8 without a mark in front, because another program reads it and its first word must match.

    Who gave no account is left out of the variant that needs one.
    """
    text = StringIO()
    writer = csv_writer(text)
    writer.writerow(HEADS[variant])
    for one in recipients:
        if variant is Variant.ACCOUNT and not one.account:
            continue
        who = (one.account,) if variant is Variant.ACCOUNT else (one.given_name, one.surname)
        row = (
            one.email,
            *who,
            one.narrative,
            one.evidence_url,
            one.evidence_name,
            one.evidence_description,
            "",
        )
        # On one line, and no formula for whoever opens it in a spreadsheet first.
        writer.writerow([defuse(" ".join(value.split())) for value in row])
    return text.getvalue().encode()
