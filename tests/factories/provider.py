"""An invented provider of sign-in on loopback: `oidc-provider-mock`, with what it does differently on purpose.

`slim` leaves the claims out of the ID token, as SURFconext does; then userinfo alone has them. `lie` changes the claims of
the next tokens or of userinfo, to see that what is wrong is refused. PKCE, which the mock does not check, is checked here.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock._app as mock
import requests
from flask import Flask, Response, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from oidc_provider_mock._server import _threaded_server
from oidc_provider_mock._storage import User

from peergang.core.oidc_settings import OidcProvider, read_providers

SURFCONEXT = {
    "given_name": "Femke",
    "family_name": "van der Zeggelaar",
    "name": "Femke van der Zeggelaar",
    "email": "femke.zeggelaar@waterkant.example",
    "schac_home_organization": "Waterkant.example",
    "eduperson_affiliation": ["employee", "member"],
    "locale": "nl",
}
ENTREE = {
    "uid": "f00ba4@waterkant.example",
    "givenName": "Femke",
    "eduPersonAffiliation": "employee",
    "nlEduPersonHomeOrganizationId": "25LX00",
    "nlEduPersonHomeOrganization": "ROC Waterkant",
}
EXTRA = ("iss", "aud", "nonce", "exp", "iat", "at_hash", "sub", "auth_time")


@dataclass
class Provider:
    """The running provider, and what it saw."""

    port: int
    app: Flask
    slim: bool = True
    lies: dict[str, Any] = field(default_factory=dict)
    """Claims put into the ID token instead of the right ones; None takes one away."""
    userinfo_lies: dict[str, Any] = field(default_factory=dict)
    foreign_key: bool = False
    away: bool = False
    asked: list[str] = field(default_factory=list)
    challenges: dict[str, str] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def settings(self, name: str = "surfconext", **more: str) -> dict[str, str]:
        start = f"PEERGANG_OIDC_{name.upper()}_"
        return {
            "PEERGANG_OIDC_PROVIDERS": name,
            f"{start}ISSUER": self.issuer,
            f"{start}CLIENT_ID": "peergang",
            f"{start}CLIENT_SECRET": "not-a-secret",
        } | {start + key: value for key, value in more.items()}

    def provider(self, name: str = "surfconext", **more: str) -> OidcProvider:
        return read_providers(self.settings(name, **more), production=False)[0]

    def know(self, subject: str, claims: Mapping[str, object]) -> None:
        """Let somebody have an account there."""
        requests.put(f"{self.issuer}/users/{subject}", json=dict(claims), timeout=5).raise_for_status()

    def answer(self, address: str, subject: str, *, action: str = "") -> str:
        """What the browser does at the provider: sign in as `subject`, or refuse. Gives where it is sent back to."""
        form = {"action": action} if action else {"sub": subject}
        answer = requests.post(address, data=form, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text[:500]
        return answer.headers["Location"]


@contextmanager
def run_provider() -> Iterator[Provider]:
    """A provider on a free port until the block ends."""
    app = mock.app(require_nonce=True)
    provider = Provider(0, app)
    app.before_request(lambda: _before(provider))
    app.after_request(lambda response: _after(provider, response))
    with _threaded_server(app) as server:
        provider.port = server.server_port
        yield provider


def _before(provider: Provider) -> tuple[str, int] | None:
    provider.asked.append(request.path)
    if provider.away:
        return "away", 503
    if request.path == "/oauth2/authorize" and request.method == "POST":
        provider.challenges[request.args["nonce"]] = request.args["code_challenge"]
        assert request.args["code_challenge_method"] == "S256"
    if request.path == "/oauth2/token":
        verifier = request.form.get("code_verifier", "")
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if digest not in provider.challenges.values():
            return json.dumps({"error": "invalid_grant"}), 400
    return None


def _after(provider: Provider, response: Response) -> Response:
    if request.path == "/oauth2/token" and response.status_code == 200:
        token = response.get_json()
        token["id_token"] = _changed(provider, token["id_token"])
        response.set_data(json.dumps(token))
    if request.path == "/userinfo" and response.status_code == 200:
        response.set_data(json.dumps(_lied(response.get_json(), provider.userinfo_lies)))
    return response


def _changed(provider: Provider, signed: str) -> str:
    from oidc_provider_mock._storage import storage

    key = RSAKey.import_key(storage.jwk.as_dict(is_private=True))
    token = jwt.decode(signed, key)
    claims = dict(token.claims)
    if provider.slim:
        claims = {name: value for name, value in claims.items() if name in EXTRA}
    claims = _lied(claims, provider.lies)
    header = {name: value for name, value in token.header.items() if name in ("alg", "kid", "typ")}
    return jwt.encode(header, claims, RSAKey.generate_key(2048) if provider.foreign_key else key)


def _lied(claims: dict[str, Any], lies: Mapping[str, Any]) -> dict[str, Any]:
    merged = claims | dict(lies)
    return {name: value for name, value in merged.items() if value is not None}


Follow = Callable[[str], str]


def state_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["state"][0]


__all__ = ["ENTREE", "SURFCONEXT", "Provider", "User", "run_provider", "state_of"]
