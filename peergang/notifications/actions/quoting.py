"""Words of a mail in quoted-printable (RFC 2045, section 6.7), which every mail server passes on untouched."""

from binascii import b2a_qp
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a mail says, with its bodies as they travel; the subject is encoded with the other headers."""

    subject: str
    text: bytes
    html: bytes


def quote_body(words: str) -> bytes:
    """`words` as a body: CRLF at the end of every line, also the last, and no line over 76 characters.

    Every line is quoted by itself, so lines that are quoted apart may be put together afterwards.
    """
    if "\r" in words:
        words = words.replace("\r\n", "\n").replace("\r", "\n")
    body = words.replace("\n", "\r\n")
    if not body.endswith("\r\n"):
        body += "\r\n"
    return b2a_qp(body.encode("utf-8", "replace"), istext=True)


@lru_cache(maxsize=1024)
def quote_line(line: str) -> bytes:
    """The same for one line: a greeting or an address of a page is often that of the mail before."""
    return quote_body(line)
