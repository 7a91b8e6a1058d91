"""Settings of mail that comes back and of how fast it goes out, checked and taken apart."""

import re
from urllib.parse import parse_qs, urlsplit

_DOMAIN = re.compile(r"\*|[a-z0-9-]+(\.[a-z0-9-]+)+")

Rates = tuple[tuple[str, int], ...]
"""Domains of addresses and how many mails a minute go there; `*` holds for each domain that is not named."""


def read_rates(text: str) -> Rates:
    """The rates that "gmail.com=30,outlook.com=20,*=600" asks for.

    Raises:
        ValueError: with what cannot be read.
    """
    rates: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        domain, _, number = (one.strip() for one in part.partition("="))
        if not _DOMAIN.fullmatch(domain.lower()) or not number.isdecimal() or int(number) < 1:
            raise ValueError(part)
        rates[domain.lower()] = int(number)
    return tuple(rates.items())


def find_imap_problem(url: str) -> str:
    """Why the address of a mailbox cannot be used; empty when it can."""
    try:
        parts = urlsplit(url)
        host, user, port = parts.hostname, parts.username, parts.port
    except ValueError:
        return "it cannot be read"
    if parts.scheme not in ("imap", "imaps") or not host or not user or port == 0:
        return "it must look like imaps://user@host/INBOX"
    if parts.password:
        return "the password belongs in PEERGANG_BOUNCE_PASSWORD"
    if parts.query and (parts.scheme != "imap" or parse_qs(parts.query) != {"tls": ["none"]}):
        return "it may end in ?tls=none after imap://, and in nothing else"
    return ""
