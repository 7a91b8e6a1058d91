"""The badge has the shape that Open Badges 3.0 asks for, names nobody, and is signed so that others can check it."""

import base64
import gzip
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import OKPKey, RSAKey

from peergang.certificates.rules.awards import HEADS, Recipient, Variant, write_awards
from peergang.certificates.rules.badge import (
    STATUS_BITS,
    Award,
    Issuer,
    encode_bits,
    make_claims,
    make_credential,
    make_status_list,
    salt_of,
)
from peergang.core.badge_key import BadgeKey, find_key_problem
from peergang.core.config import ConfigError, load_settings

NOW = datetime(2026, 11, 17, 9, 0, 0, 123, tzinfo=UTC)
SITE = "https://peergang.example"
ISSUER = Issuer(f"{SITE}/uitgever.json", f"{SITE}/ingetrokken.jwt", "Netwerk Bruggen Bouwen", SITE)
AWARD = Award(
    certificate_id=UUID(int=1),
    enrolment_id=UUID(int=2),
    edition_id=UUID(int=3),
    number=7,
    email="Anna@school.example",
    salt="zout",
    issued_at=NOW,
    programme="Peergang i-coaches",
    description="Kennis delen.",
    narrative="Rondde alles af.",
    language="nl",
)

# Section B of the specification: what has multiplicity 1 or 1..*, by class.
REQUIRED = {
    "": {"@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject"},
    "issuer": {"id", "type"},
    "credentialSubject": {"type", "achievement"},
    "credentialSubject.achievement": {"id", "type", "criteria", "description", "name"},
    "credentialSubject.identifier.0": {"type", "hashed", "identityHash", "identityType"},
    "credentialStatus": {"id", "type", "statusPurpose", "statusListIndex", "statusListCredential"},
}


def at(value: object, path: str) -> dict[str, object]:
    for step in path.split(".") if path else ():
        value = value[int(step)] if step.isdigit() else value[step]  # type: ignore[index]
    assert isinstance(value, dict)
    return value


@pytest.fixture(scope="module")
def pem() -> bytes:
    return RSAKey.generate_key(2048).as_pem(private=True)


def test_it_has_what_the_specification_asks() -> None:
    credential = make_credential(AWARD, ISSUER, is_signed=True)
    for path, names in REQUIRED.items():
        assert names <= at(credential, path).keys(), path
    assert credential["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert credential["@context"][1].startswith("https://purl.imsglobal.org/spec/ob/v3p0/context-3")
    assert credential["type"][0] == "VerifiableCredential"
    assert {"AchievementCredential", "OpenBadgeCredential"} & set(credential["type"])
    assert credential["issuer"]["type"] == ["Profile"]
    assert credential["credentialSubject"]["type"] == ["AchievementSubject"]
    assert credential["credentialSubject"]["achievement"]["type"] == ["Achievement"]
    assert credential["credentialSubject"]["achievement"]["criteria"] == {"narrative": "Rondde alles af."}
    assert credential["validFrom"] == "2026-11-17T09:00:00Z"
    assert json.loads(json.dumps(credential)) == credential


def test_a_draft_proves_nothing_and_does_not_pretend_to() -> None:
    draft = make_credential(AWARD, ISSUER, is_signed=False)
    assert "proof" not in draft
    assert "credentialStatus" not in draft


def test_whose_it_is_can_be_checked_and_not_read() -> None:
    credential = make_credential(AWARD, ISSUER, is_signed=True)
    [identity] = credential["credentialSubject"]["identifier"]
    expected = hashlib.sha256(b"anna@school.examplezout").hexdigest()
    assert identity["identityHash"] == f"sha256${expected}"
    assert identity["hashed"] is True
    assert "anna" not in json.dumps(credential).casefold()
    assert "evidence" not in credential, "the page of the certificate shows the name"
    salts = {salt_of("geheim", UUID(int=number)) for number in range(10)} | {salt_of("ander", UUID(int=0))}
    assert len(salts) == 11


def test_the_token_is_the_credential_and_says_the_same_twice(pem: bytes) -> None:
    key = BadgeKey(pem)
    credential = make_credential(AWARD, ISSUER, is_signed=True)
    token = key.sign(make_claims(credential, NOW), key_url=f"{SITE}/sleutel.json")
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert header == {"alg": "RS256", "typ": "JWT", "kid": f"{SITE}/sleutel.json"}
    public = key.public_jwk()
    assert not {"d", "p", "q", "dp", "dq", "qi"} & public.keys()
    claims = jwt.decode(token, RSAKey.import_key(public), algorithms=["RS256"]).claims
    assert "vc" not in claims, "version 2.0 of the data model has none"
    assert claims["iss"] == credential["issuer"]["id"]
    assert claims["jti"] == credential["id"]
    assert claims["sub"] == credential["credentialSubject"]["id"]
    assert claims["nbf"] == int(NOW.timestamp())
    assert {name: claims[name] for name in credential} == credential
    assert key.sign(make_claims(credential, NOW), key_url=f"{SITE}/sleutel.json") == token


def test_the_list_of_withdrawn_badges_has_a_bit_for_each() -> None:
    found = encode_bits([0, 7, 9])
    assert found[0] == "u"
    bits = gzip.decompress(base64.urlsafe_b64decode(found[1:] + "=" * (-len(found[1:]) % 4)))
    assert len(bits) * 8 == STATUS_BITS
    assert [number for number in range(64) if bits[number // 8] & (0x80 >> number % 8)] == [0, 7, 9]
    assert encode_bits([]) != found
    credential = make_status_list([7], ISSUER, NOW, highest=STATUS_BITS + 100)
    assert credential["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    claims = make_claims(credential, NOW)
    assert (claims["iss"], claims["jti"]) == (ISSUER.profile_url, ISSUER.status_url)
    listed = credential["credentialSubject"]["encodedList"][1:]
    size = len(gzip.decompress(base64.urlsafe_b64decode(listed + "=" * (-len(listed) % 4)))) * 8
    assert size > STATUS_BITS + 100, "a badge that holds stands on the list as well"


def test_a_bad_key_is_named(tmp_path: Path, pem: bytes) -> None:
    def problem(content: bytes) -> str:
        path = tmp_path / "key.pem"
        path.write_bytes(content)
        return find_key_problem(str(path))

    assert problem(pem) == ""
    assert "no RSA key" in problem(b"onzin")
    assert "no RSA key" in problem(OKPKey.generate_key("Ed25519").as_pem(private=True))
    assert "public" in problem(RSAKey.import_key(pem).as_pem(private=False))
    assert "cannot be read" in find_key_problem(str(tmp_path / "weg.pem"))
    assert BadgeKey.read("") is None


def test_of_an_earlier_key_the_public_half_is_enough(tmp_path: Path, pem: bytes) -> None:
    path = tmp_path / "earlier.pem"
    for content in (pem, RSAKey.import_key(pem).as_pem(private=False)):
        path.write_bytes(content)
        assert find_key_problem(str(path), signs=False) == ""
        kept = BadgeKey(content)
        assert kept.thumbprint == BadgeKey(pem).thumbprint
        assert kept.public_jwk() == BadgeKey(pem).public_jwk()
    with pytest.warns(SecurityWarning):
        path.write_bytes(RSAKey.generate_key(1024).as_pem(private=False))
    with pytest.warns(SecurityWarning):
        problem = find_key_problem(str(path), signs=False)
    assert "1024 bits" in problem
    assert "cannot be read" in find_key_problem(str(tmp_path / "weg.pem"), signs=False)


def test_the_settings_name_the_earlier_key_that_cannot_be_used(tmp_path: Path, pem: bytes) -> None:
    paths = [tmp_path / "een.pem", tmp_path / "twee.pem"]
    for path in paths:
        path.write_bytes(RSAKey.import_key(pem).as_pem(private=False))
    needed = {
        "PEERGANG_DATABASE_URL": "postgresql+psycopg://localhost/x",
        "PEERGANG_REDIS_URL": "redis://localhost/0",
        "PEERGANG_BADGE_KEYS_RETIRED": f" {paths[0]}, {paths[1]} ",
    }
    assert load_settings(needed).badge_keys_retired == tuple(map(str, paths))
    assert load_settings({**needed, "PEERGANG_BADGE_KEYS_RETIRED": ""}).badge_keys_retired == ()
    paths[1].unlink()
    with pytest.raises(ConfigError, match=r"PEERGANG_BADGE_KEYS_RETIRED .*twee\.pem"):
        load_settings(needed)


def test_the_file_of_edubadges_defuses_and_keeps_to_its_columns() -> None:
    evil = Recipient(
        "=cmd@x.nl", "anna@roc.example", '+1"; x', "@van\nBerg", "Tekst;met puntkomma", "https://x", "n", "d"
    )
    text = write_awards([evil], Variant.NAME).decode()
    assert text.startswith("Recipient mailadres;"), "no mark in front"
    head, row = text.splitlines()
    assert head.split(";") == list(HEADS[Variant.NAME])
    assert row.startswith("'=cmd@x.nl;")
    assert "'@van Berg" in row
    assert '"Tekst;met puntkomma"' in row
    nobody = Recipient("a@b.nl", "", "A", "B", "", "", "", "")
    assert len(write_awards([nobody], Variant.ACCOUNT).splitlines()) == 1
