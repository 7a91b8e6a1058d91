"""Talking to a provider of sign-in (OpenID Connect): code flow with PKCE, a signed ID token, and claims from userinfo.

Everything here may take seconds and belongs outside every database transaction. What goes wrong is one OidcProblem with a
stable code; no code, token or secret is part of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import structlog
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException

from peergang.core.oidc_settings import OidcProvider

log = structlog.get_logger(__name__)

TIMEOUT = (3.05, 5)
"""Seconds to connect, and to wait for an answer: somebody is looking at a page that does not come."""
METADATA_LIFE = 3600
"""Seconds for which discovery and keys are taken from memory. A key that is not among them is looked up at once."""
KEYS_AGAIN = 60
"""A token with an unknown key makes us ask for the keys again, but no more often than this."""
LEEWAY = 120
ALGORITHM = "RS256"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")

_PROBLEM_OF_CLAIM = {
    "iss": "issuer",
    "aud": "audience",
    "azp": "audience",
    "nonce": "nonce",
    "exp": "expired",
    "iat": "expired",
    "nbf": "expired",
}


class OidcProblem(Exception):
    """Signing in did not succeed. `code`: away, refused, token, signature, issuer, audience, nonce, expired, subject."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Trip:
    """The three secrets of one round trip to a provider."""

    state: str
    nonce: str
    verifier: str


class OidcClient:
    """One provider. Keeps what it published about itself; safe for several threads."""

    def __init__(self, provider: OidcProvider) -> None:
        self.provider = provider
        self._lock = Lock()
        self._metadata: dict[str, Any] = {}
        self._read_at = 0.0
        self._keys: dict[str, Any] = {}
        self._keys_at = 0.0

    def address(self, trip: Trip, redirect_uri: str, *, language: str) -> str:
        """Where the browser has to go.

        Raises:
            OidcProblem: `away`.
        """
        url, _state = self._session(redirect_uri).create_authorization_url(
            self.metadata()["authorization_endpoint"],
            state=trip.state,
            nonce=trip.nonce,
            code_verifier=trip.verifier,
            ui_locales=language,
        )
        return str(url)

    def claims(self, code: str, trip: Trip, redirect_uri: str) -> Mapping[str, Any]:
        """What the provider says about who came back with `code`: the claims of userinfo, once everything was checked.

        Raises:
            OidcProblem: the answer is not to be trusted, or there was none.
        """
        metadata = self.metadata()
        try:
            with self._session(redirect_uri) as session:
                token = session.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=trip.verifier,
                    allow_redirects=False,
                )
                told = self._check_token(token, trip.nonce)
                answer = session.get(metadata["userinfo_endpoint"], allow_redirects=False)
                answer.raise_for_status()
                claims = answer.json()
        except OAuthError as error:
            # Its description may quote what we sent; the code of the error does not.
            log.warning("oidc_refused", provider=self.provider.name, error=str(error.error)[:60])
            raise OidcProblem("refused") from None
        except (RequestException, ValueError) as error:
            raise self._away(error) from None
        if not isinstance(claims, dict) or claims.get("sub") != told["sub"]:
            raise OidcProblem("subject")
        return claims

    def metadata(self) -> Mapping[str, Any]:
        """What the provider publishes about itself, at most an hour old; older when it is away.

        Raises:
            OidcProblem: `away` when it was never read; `issuer` when it says to be somebody else.
        """
        with self._lock:
            if self._metadata and monotonic() - self._read_at < METADATA_LIFE:
                return self._metadata
        address = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            found = self._read(address)
        except OidcProblem:
            if not self._metadata:
                raise
            found = self._metadata
        if found.get("issuer") != self.provider.issuer:
            raise OidcProblem("issuer")
        if not all(self._is_address(found.get(name)) for name in ENDPOINTS):
            raise OidcProblem("away")
        with self._lock:
            self._metadata, self._read_at = found, monotonic()
        return found

    def _is_address(self, url: object) -> bool:
        """Who is reached over TLS may not send secrets elsewhere without it."""
        plain = urlsplit(self.provider.issuer).scheme == "http"
        return isinstance(url, str) and url.startswith(("https://", "http://") if plain else "https://")

    def _session(self, redirect_uri: str) -> OAuth2Session:
        methods = self._metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            token_endpoint_auth_method=(
                "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
            ),
            scope=self.provider.scopes,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=TIMEOUT,
        )

    def _read(self, url: str) -> dict[str, Any]:
        try:
            with OAuth2Session(default_timeout=TIMEOUT) as session:
                answer = session.get(url, withhold_token=True)
                answer.raise_for_status()
                found = answer.json()
        except (RequestException, ValueError) as error:
            raise self._away(error) from None
        if not isinstance(found, dict):
            raise OidcProblem("away")
        return found

    def _away(self, error: Exception) -> OidcProblem:
        log.warning("oidc_away", provider=self.provider.name, error=type(error).__name__)
        return OidcProblem("away")

    def _read_keys(self, *, again: bool) -> KeySet:
        with self._lock:
            age = monotonic() - self._keys_at
            kept = self._keys if age < (KEYS_AGAIN if again else METADATA_LIFE) else {}
        if not kept:
            kept = self._read(self.metadata()["jwks_uri"])
            with self._lock:
                self._keys, self._keys_at = kept, monotonic()
        return KeySet.import_key_set(kept)  # type: ignore[arg-type]

    def _check_token(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        signed = token.get("id_token")
        if not isinstance(signed, str) or not isinstance(token.get("access_token"), str):
            raise OidcProblem("token")
        found = self._decode(signed)
        client_id = self.provider.client_id
        claims = CodeIDToken(
            found.claims,
            found.header,
            {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": client_id},
                "sub": {"essential": True},
            },
            {"nonce": nonce, "client_id": client_id, "access_token": token["access_token"]},
        )
        try:
            claims.validate(leeway=LEEWAY)
        except JoseError as error:
            claim = str(getattr(error, "claim", "")) or ("exp" if "expired" in error.error else "")
            raise OidcProblem(_PROBLEM_OF_CLAIM.get(claim, "token")) from None
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise OidcProblem("subject")
        return dict(claims)

    def _decode(self, signed: str) -> jwt.Token:
        """The token with its signature checked; with fresh keys when the ones we have do not fit."""
        for again in (False, True):
            try:
                return jwt.decode(
                    signed,
                    self._read_keys(again=again),
                    registry=JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False),
                )
            except (JoseError, ValueError) as error:
                log.warning(
                    "oidc_signature", provider=self.provider.name, error=type(error).__name__, again=again
                )
        raise OidcProblem("signature")
