"""Sealing, signing, and which addresses a push may go to."""

import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from peergang.core.web_push import (
    Answer,
    PushGate,
    PushKey,
    PushProblem,
    check_address,
    check_keys,
    decode,
    encode,
    generate_key,
    seal,
)
from tests.factories.push import Browser

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)

# RFC 8291, Appendix A
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"


def test_our_browser_reads_what_the_standard_sealed() -> None:
    private = ec.derive_private_key(int.from_bytes(decode(PRIVATE), "big"), ec.SECP256R1())
    browser = Browser(private=private, secret=decode(SECRET))
    assert browser.asked["p256dh"] == PUBLIC
    plain = http_ece.decrypt(decode(SEALED), private_key=private, auth_secret=decode(SECRET))
    assert plain == b"When I grow up, I want to be a watermelon"


def test_only_the_browser_reads_what_we_seal() -> None:
    browser, other = Browser(), Browser()
    sealed = seal({"title": "Morgen: überfietsen"}, browser.asked["p256dh"], browser.asked["auth"])
    assert browser.read(sealed) == {"title": "Morgen: überfietsen"}
    assert b"fietsen" not in sealed
    with pytest.raises(http_ece.ECEException):
        other.read(sealed)


def test_a_service_can_check_who_we_are() -> None:
    key = PushKey(generate_key())
    header = key.sign("https://push.example:8443/x?y", "mailto:ict@peergang.example", NOW)
    token, public = header.removeprefix("vapid t=").split(", k=")
    assert public == key.public
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(public))
    claims = jwt.decode(token, ECKey.import_key(point), algorithms=["ES256"]).claims
    assert claims["aud"] == "https://push.example:8443"
    assert claims["sub"] == "mailto:ict@peergang.example"
    assert NOW < datetime.fromtimestamp(claims["exp"], UTC) <= NOW + timedelta(hours=24)


@pytest.mark.parametrize(
    "text", ["", "x", "é" * 43, encode(b"\0" * 32), encode(b"\xff" * 32), encode(b"a" * 31)]
)
def test_a_key_that_is_none(text: str) -> None:
    with pytest.raises(PushProblem):
        _ = PushKey(text).public


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://push.example/x",
        "ftp://push.example/x",
        "https://",
        "https:///x",
        "https://user:word@push.example/x",
        "https://push.example:x/",
        "https://push.example/a b",
        "https://push.example/\r\nHost: inside",
        "https://push.example/" + "x" * 2000,
        "https://[::1/x",
        "https://a..example/x",
        "https://.example/x",
        "https://" + "a" * 64 + ".example/x",
        "https://xn--a-ecp.example..../x",
    ],
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(PushProblem):
        check_address(url)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [("", SECRET), (PUBLIC, ""), (PUBLIC[:-4], SECRET), (PUBLIC, SECRET + "AAAA"), ("ééé", "é")],
)
def test_keys_that_are_none(p256dh: str, auth: str) -> None:
    with pytest.raises(PushProblem):
        check_keys(p256dh, auth)


def test_keys_of_a_browser() -> None:
    check_keys(PUBLIC, SECRET)
    check_address("https://updates.push.services.mozilla.com/wpush/v2/gAAAA?x=1")


INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "::1",
    "fd00::1",
    "fe80::1%eth0",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:a00:1::",
    "2001:0:1::",
    "fec0::1",
    "192.88.99.1",
    "",
]


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was connected to; nothing answers."""
    tried: list[Any] = []

    def connect(address: Any, **_: Any) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


def resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize("inside", INSIDE)
def test_a_name_that_leads_inside_is_never_connected_to(
    monkeypatch: pytest.MonkeyPatch, connected: list[Any], inside: str
) -> None:
    for addresses in ((inside,), ("93.184.215.14", inside)):
        resolve(monkeypatch, *addresses)
        assert PushGate().post("https://push.example/x", {}, b"").answer is Answer.REFUSED
    assert connected == []


def test_the_address_that_was_looked_at_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch, connected: list[Any]
) -> None:
    resolve(monkeypatch, "93.184.215.14")
    assert PushGate().post("https://push.example/x", {}, b"").answer is Answer.LATER
    assert connected == [("93.184.215.14", 443)]


def test_only_the_port_of_the_web_is_knocked_at(
    monkeypatch: pytest.MonkeyPatch, connected: list[Any]
) -> None:
    resolve(monkeypatch, "93.184.215.14")
    for port in (22, 80, 8443):
        found = PushGate(allow_loopback=True).post(f"https://push.example:{port}/x", {}, b"")
        assert found.answer is Answer.REFUSED
    assert connected == []
    resolve(monkeypatch, "127.0.0.1")
    PushGate(allow_loopback=True).post("https://push.example:8443/x", {}, b"")
    assert connected == [("127.0.0.1", 8443)], "tests are served at any"


@pytest.mark.parametrize(
    "error", [UnicodeError("label too long"), ValueError("embedded null"), OverflowError]
)
def test_a_name_that_cannot_be_looked_up_raises_nothing(
    monkeypatch: pytest.MonkeyPatch, connected: list[Any], error: Any
) -> None:
    def look_up(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert PushGate().post("https://push.example/x", {}, b"").answer is Answer.REFUSED
    assert connected == []


def test_this_machine_only_when_it_was_allowed(monkeypatch: pytest.MonkeyPatch, connected: list[Any]) -> None:
    resolve(monkeypatch, "127.0.0.1")
    assert PushGate(allow_loopback=True).post("https://push.example/x", {}, b"").answer is Answer.LATER
    assert connected == [("127.0.0.1", 443)]
    resolve(monkeypatch, "10.0.0.1")
    assert PushGate(allow_loopback=True).post("https://push.example/x", {}, b"").answer is Answer.REFUSED
