"""Pure rules about passkeys: for which site they are, and how they may be called."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The site as authenticators know it. A passkey belongs to `id` for ever: another host name is another site."""

    id: str
    origin: str
    name: str


def relying_party(public_url: str, name: str) -> RelyingParty:
    """The site behind the address that people use; the origin as browsers write it."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
    return RelyingParty(id=host, origin=f"{parts.scheme}://{host}{port}", name=name)


def allows_passkeys(public_url: str) -> bool:
    """Whether browsers make passkeys for this address: never for a number such as 127.0.0.1."""
    host = urlsplit(public_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return bool(host)
    return False
