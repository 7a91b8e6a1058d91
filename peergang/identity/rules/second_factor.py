"""Pure rules about the second step: when it is asked, what may be removed, and how codes are written."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from urllib.parse import quote


class Method(StrEnum):
    """How somebody proved who they are."""

    PASSWORD = "password"  # noqa: S105 the name of a way to come in, no secret
    PASSKEY = "passkey"
    LINK = "link"
    INSTITUTION = "institution"
    DEMO = "demo"


PROOF_LIFETIME = timedelta(minutes=15)
"""How long a proof counts for what is sensitive; after that it is asked again."""
HALF_LIFETIME = timedelta(minutes=10)
"""How long somebody who gave a password has for the second step."""
HALF_ATTEMPTS = 5
"""How many wrong codes end a half sign-in; the password has to be given again."""
CHALLENGE_LIFETIME = timedelta(minutes=10)
"""How long a question to a passkey can be answered. The sign-in page may stand open for a while."""
USE_INTERVAL = timedelta(minutes=5)
"""How precisely the last use of a browser is kept."""

RECOVERY_CODES = 10
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the signs that look like others: i, l, o, 0, 1."""
RECOVERY_LENGTH = 12
PASSKEY_NAME_MAX_LENGTH = 60
PASSKEYS_AT_MOST = 20

_NO_SIGN = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody has beside a password."""

    passkeys: int = 0
    totp: bool = False
    codes: int = 0

    @property
    def any(self) -> bool:
        """Whether there is a passkey or an app with codes; recovery codes alone are none."""
        return self.totp or self.passkeys > 0

    @property
    def last(self) -> bool:
        """Whether taking one more away leaves nothing."""
        return self.passkeys + self.totp == 1


def asks_second_step(method: Method, factors: Factors, *, must: bool) -> bool:
    """Whether a sign-in by `method` is only half of one.

    A passkey is possession and knowledge at once. An app with codes is asked of everybody who switched it on; a passkey beside
    a password only of those who must have two, because for others it is a convenience, and losing it must not lock them out.
    """
    if method in (Method.PASSKEY, Method.DEMO):
        return False
    return factors.totp or (must and factors.passkeys > 0)


def is_fresh(proved_at: datetime, now: datetime) -> bool:
    """Whether a proof of that moment still counts for what is sensitive."""
    return now - proved_at < PROOF_LIFETIME


def normal_code(text: str) -> str:
    """A code as it is compared: without spaces, hyphens and capitals."""
    return _NO_SIGN.sub("", text[:100].lower())


def written_code(code: str) -> str:
    """A recovery code as people read it: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def short_address(address: str) -> str:
    """The part of an internet address that its owner recognises and that points at nobody: "145.100.x.x". Empty for none."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return ":".join(str(found.exploded).split(":")[:2]) + ":x"
        found = found.ipv4_mapped
    return ".".join(str(found).split(".")[:2]) + ".x.x"


def key_address(secret: str, email: str, issuer: str) -> str:
    """What an app with codes reads from a QR code: the secret, and under which name it lists it."""
    name = f"{quote(issuer, safe='')}:{quote(email, safe='@')}"
    return f"otpauth://totp/{name}?secret={secret}&issuer={quote(issuer, safe='')}"
