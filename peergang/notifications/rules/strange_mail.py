"""Parsing a mail that anybody may have written, in a time that its size bounds.

The standard library compares every line with every boundary around it, and looks for the end of a quoted parameter from its
beginning again at each semicolon: a mail of 256 KB could take a worker a minute. What a report needs is short and flat.
"""

from email import message_from_bytes
from email.message import Message
from email.policy import Compat32

LONGEST_FIELD = 4_000
"""Characters of one field of a header; what comes after them is left out."""

MOST_MULTIPARTS = 32
"""A report with the mail that came back in it has three or four."""


class _ShortFields(Compat32):
    """As the library reads mail by default, with fields of LONGEST_FIELD."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_FIELD]


_POLICY = _ShortFields()


def parse_mail(raw: bytes) -> Message:
    """The message.

    Raises:
        ValueError: it holds more parts within parts than a mail program makes.
    """
    # A part with a boundary cannot do without these letters; how deep it stands is not known before it is parsed.
    if raw.lower().count(b"multipart/") > MOST_MULTIPARTS:
        raise ValueError(f"more than {MOST_MULTIPARTS} parts that hold others")
    return message_from_bytes(raw, policy=_POLICY)
