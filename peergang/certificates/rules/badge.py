"""A certificate as Open Badges 3.0: an AchievementCredential of the Verifiable Credentials Data Model 2.0.

Signed it is a badge; without a signature it is a draft, and is never called anything else. Its holder is named by a salted
hash of their address alone, so a file that gets lost tells nobody whose it is. Therefore it does not name the page on which
the certificate can be checked either: that one shows the name.
"""

import base64
import gzip
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

CONTEXT = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
STATUS_BITS = 131_072
"""The least number of places that the list of withdrawn credentials may have, so that asking for it tells nothing."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues, with the addresses of its profile and of its list of what was withdrawn."""

    profile_url: str
    status_url: str
    name: str
    site_url: str


@dataclass(frozen=True, slots=True)
class Award:
    """What one badge says."""

    certificate_id: UUID
    enrolment_id: UUID
    edition_id: UUID
    number: int
    email: str
    salt: str
    issued_at: datetime
    programme: str
    description: str
    narrative: str
    language: str


def make_credential(award: Award, issuer: Issuer, *, is_signed: bool) -> dict[str, Any]:
    """The credential. Only one that will be signed says where it is told that it was withdrawn: a draft proves nothing."""
    credential = {
        "@context": list(CONTEXT),
        "id": f"urn:uuid:{award.certificate_id}",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": award.programme,
        "issuer": make_profile(issuer),
        "validFrom": _moment(award.issued_at),
        "credentialSubject": {
            "id": f"urn:uuid:{award.enrolment_id}",
            "type": ["AchievementSubject"],
            "identifier": [identity_of(award.email, award.salt)],
            "achievement": {
                "id": f"urn:uuid:{award.edition_id}",
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": award.programme,
                "description": award.description,
                "criteria": {"narrative": award.narrative},
                "inLanguage": award.language,
            },
        },
    }
    return {**credential, "credentialStatus": _status_of(award.number, issuer)} if is_signed else credential


def _status_of(number: int, issuer: Issuer) -> dict[str, Any]:
    return {
        "id": f"{issuer.status_url}#{number}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(number),
        "statusListCredential": issuer.status_url,
    }


def make_profile(issuer: Issuer) -> dict[str, Any]:
    """The issuer, as every badge names it."""
    return {"id": issuer.profile_url, "type": ["Profile"], "name": issuer.name, "url": issuer.site_url}


def make_status_list(
    numbers: Iterable[int], issuer: Issuer, now: datetime, *, highest: int
) -> dict[str, Any]:
    """The credential that says which badges do not hold any more, one bit for each up to the `highest` that was given."""
    return {
        "@context": [CONTEXT[0]],
        "id": issuer.status_url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.profile_url,
        "validFrom": _moment(now),
        "credentialSubject": {
            "id": f"{issuer.status_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_bits(numbers, highest),
        },
    }


def make_claims(credential: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What is signed: the credential itself, and what every JWT says about it (VC-JWT, section 8.2 of the specification)."""
    issuer = credential["issuer"]
    begins = datetime.fromisoformat(credential["validFrom"])
    return {
        **credential,
        "iss": issuer["id"] if isinstance(issuer, dict) else issuer,
        "jti": credential["id"],
        "nbf": int(min(begins, now).timestamp()),
        "sub": credential["credentialSubject"]["id"],
    }


def identity_of(email: str, salt: str) -> dict[str, Any]:
    """The holder, so that whoever knows the address can check it, and nobody can read it back."""
    hashed = hashlib.sha256(f"{email.lower()}{salt}".encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "identityType": "emailAddress",
        "hashed": True,
        "salt": salt,
        "identityHash": f"sha256${hashed}",
    }


def salt_of(secret: str, certificate_id: UUID) -> str:
    """The same salt whenever a badge is made anew, and another for each certificate."""
    return hmac.digest(secret.encode(), f"badge-salt/{certificate_id}".encode(), "sha256").hex()[:32]


def encode_bits(numbers: Iterable[int], highest: int = 0) -> str:
    """A bit for every number up to the `highest`, the first on the left; compressed, in the multibase of base64url."""
    set_bits = set(numbers)
    size = max(STATUS_BITS, -(-(max(set_bits | {highest}) + 1) // 8) * 8)
    bits = bytearray(size // 8)
    for number in set_bits:
        bits[number // 8] |= 0x80 >> number % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).decode().rstrip("=")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
