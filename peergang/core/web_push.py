"""Web push: sealing a message for one browser (RFC 8291), saying who we are (RFC 8292), and handing it over (RFC 8030).

The address of a push service comes from a browser, so from outside. It is only ever reached over TLS, at a public address that
was looked up once and is the one connected to, without redirects, and within a fixed time.
"""

import binascii
import json
import socket
import ssl
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from http.client import HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

LONGEST_ADDRESS = 2000
TIMEOUT = 5
"""Seconds that each step with a push service may take."""
AT_MOST = 12
"""Seconds that all of it may take together, however slowly it drips."""
VALID = timedelta(hours=12)
LONGEST_LIFE = timedelta(days=28)
WEB_PORT = 443
_LEADS_ELSEWHERE = tuple(
    map(
        ip_network,
        ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10", "::/96", "192.88.99.0/24"),
    )
)
"""What counts as public, and is handed on to an address inside by a gateway between IPv6 and IPv4; the old local range too."""
_CURVE = ec.SECP256R1()


class PushProblem(ValueError):
    """An address or a key that cannot be right."""


def encode(raw: bytes) -> str:
    """Base64 for addresses, without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes behind `encode`.

    Raises:
        PushProblem: it is no such text.
    """
    try:
        return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise PushProblem("no base64url") from error


def generate_key() -> str:
    """A new private key, as the setting holds it."""
    return encode(ec.generate_private_key(_CURVE).private_numbers().private_value.to_bytes(32, "big"))


@dataclass(frozen=True)
class PushKey:
    """The key of this installation: browsers accept messages from its holder alone."""

    text: str

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        raw = decode(self.text)
        if len(raw) != 32:
            raise PushProblem("a private key has 32 bytes")
        try:
            return ec.derive_private_key(int.from_bytes(raw, "big"), _CURVE)
        except ValueError as error:
            raise PushProblem("no private key") from error

    @cached_property
    def public(self) -> str:
        """What browsers are told."""
        point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return encode(point)

    def sign(self, endpoint: str, contact: str, now: datetime) -> str:
        """The header that says to one push service, for half a day, who we are and how we are reached."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + VALID).timestamp())}
        token = jwt.encode({"alg": "ES256"}, claims | {"sub": contact}, ECKey.import_key(self._private))
        return f"vapid t={token}, k={self.public}"


def check_address(endpoint: str) -> None:
    """Whether `endpoint` can be the address of a push service; where it leads is looked at when it is used.

    Raises:
        PushProblem: it cannot.
    """
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname, parts.port
        # As whoever looks the name up does: it raises for a part that is empty or longer than 63 characters.
        (host or "").encode("idna")
    except ValueError as error:
        raise PushProblem("no address") from error
    if parts.scheme != "https" or not host or parts.username is not None or len(endpoint) > LONGEST_ADDRESS:
        raise PushProblem("no address of a push service")
    if any(not "!" <= one <= "~" for one in endpoint):
        raise PushProblem("an address holds no such characters")


def check_keys(p256dh: str, auth: str) -> None:
    """Whether these can be the keys of a browser.

    Raises:
        PushProblem: they cannot.
    """
    if len(decode(auth)) != 16:
        raise PushProblem("a secret has 16 bytes")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, decode(p256dh))
    except ValueError as error:
        raise PushProblem("no point on the curve") from error


def seal(message: Mapping[str, str], p256dh: str, auth: str) -> bytes:
    """The message as only that browser can read it: the push service sees how long it is, and nothing of it."""
    sealed: bytes = http_ece.encrypt(
        json.dumps(message).encode(),
        private_key=ec.generate_private_key(_CURVE),
        dh=decode(p256dh),
        auth_secret=decode(auth),
        version="aes128gcm",
    )
    return sealed


class Answer(StrEnum):
    """What a push service said."""

    TAKEN = "taken"
    GONE = "gone"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, with its code (0 when there was none) and after how long to come again, if it said so."""

    answer: Answer
    status: int = 0
    retry_after: timedelta | None = None


@dataclass(frozen=True)
class PushGate:
    """How push services are reached. Tests let it reach this machine, with a certificate of their own."""

    allow_loopback: bool = False
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def post(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """Hand `body` over. Whatever goes wrong on the way may go well later; an address that leads inside never does."""
        try:
            check_address(endpoint)
            parts = urlsplit(endpoint)
            port = parts.port or WEB_PORT
            address = self._look_up(str(parts.hostname), port)
        except OSError:
            return Answered(Answer.LATER)
        except (ValueError, OverflowError):  # a PushProblem, or a name that cannot even be looked up
            return Answered(Answer.REFUSED)
        connection = _Connection(str(parts.hostname), port, address, self.tls)
        watch = Timer(AT_MOST, connection.cut)
        watch.daemon = True
        watch.start()
        try:
            target = parts.path or "/"
            connection.request(
                "POST", f"{target}?{parts.query}" if parts.query else target, body, dict(headers)
            )
            found = connection.getresponse()
            return _read(found.status, found.getheader("Retry-After"))
        except (OSError, HTTPException, ValueError):
            return Answered(Answer.LATER)
        finally:
            watch.cancel()
            connection.close()

    def _look_up(self, host: str, port: int) -> str:
        """The address to connect to.

        Raises:
            PushProblem: the name leads to a machine that is not on the public internet, or the port is not the web's.
        """
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for one in found:
            ip = ip_address(one.partition("%")[0])
            is_here = self.allow_loopback and ip.is_loopback
            if not is_here and (port != WEB_PORT or not _is_public(ip)):
                raise PushProblem("not on the public internet")
        return found[0]


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_global and not ip.is_multicast and not any(ip in one for one in _LEADS_ELSEWHERE)


class _Connection(HTTPSConnection):
    """Connects to the address that was looked at, whatever the name leads to by now."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=TIMEOUT, context=tls)
        self._address, self._tls = address, tls

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), timeout=TIMEOUT)
        # Known before the handshake, which may drip as well.
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()

    def cut(self) -> None:
        """End it, from another thread."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def _read(status: int, retry_after: str | None) -> Answered:
    if 200 <= status < 300:
        return Answered(Answer.TAKEN, status)
    if status in (404, 410):
        return Answered(Answer.GONE, status)
    if status in (408, 429) or status >= 500:
        seconds = int(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else 0
        return Answered(Answer.LATER, status, timedelta(seconds=min(seconds, 86_400)) if seconds else None)
    # Redirects too: they could lead inside.
    return Answered(Answer.REFUSED, status)
