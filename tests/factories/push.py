"""A browser that asked for messages, and a push service on this machine that hands them over TLS, as real ones do."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import http_ece
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from sqlalchemy.orm import Session

from peergang.core.web_push import PushGate, encode
from peergang.identity.models import SignInSession, User
from peergang.notifications.actions.push import hash_endpoint
from peergang.notifications.models import PushSubscription


@dataclass
class Browser:
    """Keys and address of one browser."""

    endpoint: str = ""
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = field(default_factory=lambda: uuid4().bytes)

    def __post_init__(self) -> None:
        self.endpoint = self.endpoint or f"https://push.example/{uuid4().hex}"

    @property
    def asked(self) -> dict[str, str]:
        """What the script sends."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": encode(point), "auth": encode(self.secret)}

    def read(self, body: bytes) -> dict[str, Any]:
        """A message as this browser alone can read it."""
        plain = http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret, version="aes128gcm")
        found: dict[str, Any] = json.loads(plain)
        return found


@dataclass
class Posted:
    """What the service was sent."""

    path: str
    headers: dict[str, str]
    body: bytes


class PushService:
    """Answers with `status` (201 unless told otherwise, also by path), and keeps what a browser that is off would find:
    one message a topic, the last (RFC 8030, 5.4).
    """

    def __init__(self, url: str, tls: ssl.SSLContext) -> None:
        self.url = url
        self.gate = PushGate(allow_loopback=True, tls=tls)
        self.posted: list[Posted] = []
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        self.kept: dict[tuple[str, str], Posted] = {}
        self.hang = Event()
        self.hang.set()

    def browser(self) -> Browser:
        """A browser with an address here."""
        return Browser(f"{self.url}/push/{uuid4().hex}")

    def answer(self, one: Browser, status: int, **headers: str) -> None:
        """Answer so for this browser from now on."""
        self.answers[one.endpoint.removeprefix(self.url)] = (status, headers)

    def messages(self, one: Browser) -> list[dict[str, Any]]:
        """All that came for this browser, opened."""
        path = one.endpoint.removeprefix(self.url)
        return [one.read(found.body) for found in self.posted if found.path == path]


@contextmanager
def run_push_service(folder: Path) -> Iterator[PushService]:
    """A push service on a free port of this machine, with a certificate that only its own gate trusts."""
    certificate = folder / "push.pem"
    certificate.write_bytes(_certificate())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found = Posted(self.path, dict(self.headers), body)
            service.hang.wait(60)
            service.posted.append(found)
            status, headers = service.answers.get(self.path, (201, {}))
            if status == 201:
                service.kept[self.path, found.headers.get("Topic", "")] = found
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    tls = ssl.create_default_context(cafile=str(certificate))
    service = PushService(f"https://127.0.0.1:{server.server_port}", tls)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        service.hang.set()
        server.shutdown()
        server.server_close()


def make_sign_in(session: Session, user: User, now: datetime) -> SignInSession:
    """A sign-in of a month, long enough ago that its owner is not using the site."""
    begin = now - timedelta(days=1)
    found = SignInSession(
        user_id=user.id, token_hash=uuid4().bytes, created_at=begin, expires_at=begin + timedelta(days=30)
    )
    session.add(found)
    session.flush()
    return found


def make_browser(session: Session, user: User, one: Browser, now: datetime, **more: Any) -> PushSubscription:
    """A browser on somebody's list, in which they are signed in."""
    kept = {
        "session_id": more.pop("session_id", None) or make_sign_in(session, user, now).id,
        **one.asked,
        **more,
    }
    found = PushSubscription(
        user_id=user.id, endpoint_hash=hash_endpoint(one.endpoint), created_at=now, **kept
    )
    session.add(found)
    session.flush()
    return found


def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "push")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # The tests travel in time; TLS looks at the real clock and nowhere else.
        .not_valid_before(today - timedelta(days=2000))
        .not_valid_after(today + timedelta(days=2000))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + made.public_bytes(Encoding.PEM)
