"""The key with which badges are signed: a PEM file with an RSA key, which PEERGANG_BADGE_KEY names. Of keys that signed
before, PEERGANG_BADGE_KEYS_RETIRED, the public half is enough: a badge must be checked for as long as it is shown.

RS256 is what the specification of Open Badges asks every verifier to know. The library is imported where it is used: the
settings are read by programs that never sign anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

ALGORITHM = "RS256"
MIN_BITS = 2048
HOW = "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072"


def find_key_problem(path: str, *, signs: bool = True) -> str:
    """What is wrong with the file and what would be right, in words; '' when badges can be signed with it, or checked when it
    signs none any more.
    """
    from joserfc.errors import JoseError
    from joserfc.jwk import RSAKey

    try:
        key = RSAKey.import_key(Path(path).read_bytes())
    except OSError:
        return f"it must be the path of a file made with `{HOW}`, and cannot be read"
    except (ValueError, TypeError, JoseError):
        return f"the file holds no RSA key in PEM without a password; make one with `{HOW}`"
    if signs and key.private_key is None:
        return "the file holds a public key; the private one is needed"
    bits = (key.private_key or key.public_key).key_size
    return "" if bits >= MIN_BITS else f"its RSA key has {bits} bits and needs {MIN_BITS}"


def read_paths(text: str) -> tuple[str, ...]:
    """The paths of earlier keys, with commas between them."""
    return tuple(path.strip() for path in text.split(",") if path.strip())


def find_problem_of_keys(path: str, retired: Iterable[str]) -> str:
    """The setting that is wrong, and why; '' when all keys can be used."""
    if path and (problem := find_key_problem(path)):
        return f"PEERGANG_BADGE_KEY cannot be used: {problem}."
    problems = ((one, find_key_problem(one, signs=False)) for one in retired)
    wrong = (
        f"PEERGANG_BADGE_KEYS_RETIRED names {one}, which cannot be used: {why}."
        for one, why in problems
        if why
    )
    return next(wrong, "")


@dataclass(frozen=True)
class BadgeKey:
    """Signs, when it is whole, and shows the half that everybody may have."""

    pem: bytes

    @classmethod
    def read(cls, path: str) -> "BadgeKey | None":
        """The key of this installation; None when badges are not signed."""
        return cls(Path(path).read_bytes()) if path else None

    @cached_property
    def _key(self) -> "RSAKey":
        from joserfc.jwk import RSAKey

        return RSAKey.import_key(self.pem)

    @cached_property
    def thumbprint(self) -> str:
        """What names the key and no other (RFC 7638)."""
        return self._key.thumbprint()

    def public_jwk(self) -> dict[str, Any]:
        """The public key as JWK; never anything of the private one."""
        return {**self._key.as_dict(private=False), "alg": ALGORITHM, "use": "sig"}

    def sign(self, claims: dict[str, Any], *, key_url: str) -> str:
        """`claims` as a compact JWS whose header says at which address the public key stands."""
        from joserfc import jwt

        header = {"alg": ALGORITHM, "typ": "JWT", "kid": key_url}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])
