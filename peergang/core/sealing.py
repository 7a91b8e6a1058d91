"""Secrets that must be read back are sealed, and short ones that are only compared are fingerprinted.

Both keys are derived from the installation's secret with HKDF, one for each purpose. So a copy of the database alone gives
neither; and who changes the secret makes what was sealed unreadable, which docs/operations.md says.
"""

import hashlib
import hmac
from functools import lru_cache
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Unreadable(Exception):
    """What was sealed does not open: another secret, another owner, or it was tampered with."""


@lru_cache(maxsize=16)
def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"peergang/{purpose}/1".encode()).derive(secret.encode())


class Seal:
    """Seals and fingerprints with the secret of this installation; never shows it."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def close(self, plain: bytes, owner: bytes) -> bytes:
        """`plain` encrypted with AES-256-GCM, to be opened for the same owner only."""
        nonce = token_bytes(_NONCE)
        return nonce + AESGCM(_derive(self._secret, "seal")).encrypt(nonce, plain, owner)

    def open(self, closed: bytes, owner: bytes) -> bytes:
        """What was sealed for `owner`.

        Raises:
            Unreadable: it does not open.
        """
        try:
            return AESGCM(_derive(self._secret, "seal")).decrypt(closed[:_NONCE], closed[_NONCE:], owner)
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error

    def fingerprint(self, text: str, owner: bytes) -> bytes:
        """What the table keeps of a short secret: without the key it cannot be guessed back (HMAC-SHA-256)."""
        return hmac.digest(_derive(self._secret, "fingerprint"), owner + text.encode(), hashlib.sha256)
