"""When a second step is asked, what may go, and how codes and addresses are written."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from hypothesis import given, strategies as st

from peergang.core.sealing import Seal, Unreadable
from peergang.identity.rules.second_factor import (
    PROOF_LIFETIME,
    Factors,
    Method,
    asks_second_step,
    is_fresh,
    key_address,
    normal_code,
    short_address,
    written_code,
)
from tests.factories.factors import SECRET

NONE, APP, KEY = Factors(), Factors(totp=True), Factors(passkeys=1)


@pytest.mark.parametrize(
    ("method", "factors", "must", "asked"),
    [
        (Method.PASSWORD, NONE, False, False),
        (Method.PASSWORD, NONE, True, False),
        (Method.PASSWORD, APP, False, True),
        (Method.PASSWORD, APP, True, True),
        (Method.PASSWORD, KEY, False, False),
        (Method.PASSWORD, KEY, True, True),
        (Method.LINK, APP, False, True),
        (Method.INSTITUTION, APP, False, True),
        (Method.INSTITUTION, KEY, True, True),
        (Method.PASSKEY, Factors(passkeys=1, totp=True), True, False),
        (Method.DEMO, Factors(passkeys=1, totp=True), True, False),
        (Method.PASSWORD, Factors(codes=10), True, False),
    ],
)
def test_when_a_second_step_is_asked(method: Method, factors: Factors, must: bool, asked: bool) -> None:
    assert asks_second_step(method, factors, must=must) is asked


@pytest.mark.parametrize(
    ("factors", "has_any", "is_last"),
    [
        (NONE, False, False),
        (APP, True, True),
        (KEY, True, True),
        (Factors(passkeys=1, totp=True), True, False),
        (Factors(passkeys=2), True, False),
        (Factors(codes=10), False, False),
    ],
)
def test_what_is_left(factors: Factors, has_any: bool, is_last: bool) -> None:
    assert (factors.any, factors.last) == (has_any, is_last)


def test_a_proof_holds_a_quarter_of_an_hour() -> None:
    now = datetime(2026, 11, 17, tzinfo=UTC)
    assert is_fresh(now, now)
    assert is_fresh(now - PROOF_LIFETIME + timedelta(seconds=1), now)
    assert not is_fresh(now - PROOF_LIFETIME, now)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("123 456", "123456"),
        ("123-456", "123456"),
        (" ABCD-efgh-2345 ", "abcdefgh2345"),
        ("‑‑", ""),
        ("9" * 500, "9" * 100),
    ],
)
def test_a_code_may_be_typed_in_many_ways(typed: str, read: str) -> None:
    assert normal_code(typed) == read


@given(st.text(alphabet="abcdefgh23456789", min_size=12, max_size=12))
def test_a_written_code_is_read_back(code: str) -> None:
    assert normal_code(written_code(code)) == code


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("145.100.22.7", "145.100.x.x"),
        (" 10.0.0.1 ", "10.0.x.x"),
        ("2001:0610:1908:a000::149:100", "2001:0610:x"),
        ("::ffff:145.100.22.7", "145.100.x.x"),
        ("::1", "0000:0000:x"),
        ("", ""),
        ("unknown", ""),
        ("145.100.22.7, 10.0.0.1", ""),
    ],
)
def test_an_address_is_kept_short(address: str, shown: str) -> None:
    assert short_address(address) == shown


def test_an_app_reads_the_address_of_a_key() -> None:
    address = key_address("JBSWY3DPEHPK3PXP", "a+b@school.example", "Netwerk & Co: Bruggen")
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Netwerk & Co: Bruggen:a+b@school.example"
    assert parse_qs(parts.query) == {"secret": ["JBSWY3DPEHPK3PXP"], "issuer": ["Netwerk & Co: Bruggen"]}
    read = pyotp.parse_uri(key_address(SECRET, "a@school.example", "Bruggen"))
    assert (read.secret, read.issuer, read.name) == (SECRET, "Bruggen", "a@school.example")


def test_what_is_sealed_opens_for_its_owner_with_the_same_secret_alone() -> None:
    seal, other = Seal("een geheim" * 4), Seal("een ander geheim" * 4)
    closed = seal.close(b"secret", b"anna")
    assert seal.open(closed, b"anna") == b"secret"
    assert b"secret" not in closed
    assert closed != seal.close(b"secret", b"anna")
    for wrong, owner, data in (
        (other, b"anna", closed),
        (seal, b"bert", closed),
        (seal, b"anna", closed[:-1] + bytes([closed[-1] ^ 1])),
        (seal, b"anna", b""),
    ):
        with pytest.raises(Unreadable):
            wrong.open(data, owner)
    assert seal.fingerprint("a", b"anna") != seal.fingerprint("a", b"bert")
    assert seal.fingerprint("a", b"anna") != other.fingerprint("a", b"anna")
