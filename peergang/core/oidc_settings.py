"""Which institutions' sign-in services this installation uses: PEERGANG_OIDC_PROVIDERS, and per provider a handful more."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

Claims = Mapping[str, tuple[str, ...]]
"""What we want to know → the claims that may tell it, the first that is filled in wins."""

WANTED = (
    "given_name",
    "family_name",
    "name",
    "email",
    "organisation",
    "brin",
    "domain",
    "affiliation",
    "locale",
)

PROFILES: dict[str, tuple[str, str, Claims]] = {
    "surfconext": (
        "SURFconext",
        "openid profile email",
        {
            "given_name": ("given_name",),
            "family_name": ("family_name",),
            "name": ("name",),
            "email": ("email",),
            "organisation": ("schac_home_organization",),
            "domain": ("schac_home_organization",),
            "affiliation": ("eduperson_affiliation",),
            "locale": ("locale", "preferred_language"),
        },
    ),
    "entree": (
        "Entree Federatie",
        "openid",
        {
            "given_name": ("givenName", "given_name"),
            "family_name": ("sn", "family_name"),
            "email": ("mail", "email"),
            "organisation": ("nlEduPersonHomeOrganization", "nlEduPersonHomeOrganizationId"),
            "brin": ("nlEduPersonHomeOrganizationId",),
            "domain": ("uid",),
            "affiliation": ("eduPersonAffiliation",),
            "locale": ("locale", "preferred_language"),
        },
    ),
}
"""The label on the page, the scopes to ask for, and the names of claims, for each profile."""

_NAME = re.compile(r"[a-z][a-z0-9]{0,30}")


class OidcConfigError(Exception):
    """A setting of a provider is missing or wrong; the message names it."""


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """A sign-in service. `name` stands in addresses and in the names of its settings."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    label: str
    scopes: str
    claims: Claims

    def __repr__(self) -> str:
        """Without the secret, which must not end up in a log."""
        return f"OidcProvider({self.name!r}, {self.issuer!r})"


def read_providers(values: Mapping[str, str], *, production: bool) -> tuple[OidcProvider, ...]:
    """The providers that `values` name, in their order.

    Raises:
        OidcConfigError: naming the first setting that is missing or wrong.
    """
    names = values.get("PEERGANG_OIDC_PROVIDERS", "").replace(",", " ").split()
    if len(names) != len(set(names)):
        raise OidcConfigError("PEERGANG_OIDC_PROVIDERS names a provider twice.")
    return tuple(_read(values, name, production=production) for name in names)


def _read(values: Mapping[str, str], name: str, *, production: bool) -> OidcProvider:
    if not _NAME.fullmatch(name):
        raise OidcConfigError(
            f"PEERGANG_OIDC_PROVIDERS names {name!r}; use small letters and digits, such as surfconext."
        )
    start = f"PEERGANG_OIDC_{name.upper()}_"

    def needed(key: str) -> str:
        text = values.get(start + key, "").strip()
        if not text:
            raise OidcConfigError(
                f"{start}{key} must be given, because PEERGANG_OIDC_PROVIDERS names {name}."
            )
        return text

    profile = values.get(start + "PROFILE", "") or (name if name in PROFILES else "surfconext")
    if profile not in PROFILES:
        raise OidcConfigError(f"{start}PROFILE is {profile!r}; choose one of {', '.join(PROFILES)}.")
    label, scopes, claims = PROFILES[profile]
    issuer = needed("ISSUER")
    parts = urlsplit(issuer)
    if not parts.netloc or parts.scheme not in (("https",) if production else ("https", "http")):
        raise OidcConfigError(f"{start}ISSUER must be a full address that starts with https://.")
    scopes = values.get(start + "SCOPES", "") or scopes
    if "openid" not in scopes.split():
        raise OidcConfigError(f"{start}SCOPES must hold openid.")
    return OidcProvider(
        name=name,
        issuer=issuer,
        client_id=needed("CLIENT_ID"),
        client_secret=needed("CLIENT_SECRET"),
        label=values.get(start + "LABEL", "") or label,
        scopes=scopes,
        claims={**claims, **_read_claims(start + "CLAIMS", values.get(start + "CLAIMS", ""))},
    )


def _read_claims(setting: str, text: str) -> Claims:
    """`email=mail|email family_name=sn` as a table; an empty right side means: never read this."""
    found = {}
    for pair in text.split():
        wanted, sign, names = pair.partition("=")
        if not sign or wanted not in WANTED:
            raise OidcConfigError(
                f"{setting} has {pair!r}; write pairs such as email=mail, with one of {', '.join(WANTED)}."
            )
        found[wanted] = tuple(name for name in names.split("|") if name)
    return found
