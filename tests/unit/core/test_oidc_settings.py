"""The settings of providers: what is read, and that a wrong one is named."""

import pytest

from peergang.core.config import ConfigError, load_settings
from peergang.core.oidc_settings import OidcConfigError, OidcProvider, read_providers

GOOD = {
    "PEERGANG_OIDC_PROVIDERS": "surfconext",
    "PEERGANG_OIDC_SURFCONEXT_ISSUER": "https://connect.surfconext.example",
    "PEERGANG_OIDC_SURFCONEXT_CLIENT_ID": "peergang",
    "PEERGANG_OIDC_SURFCONEXT_CLIENT_SECRET": "heel geheim",
}
BASE = {
    "PEERGANG_DATABASE_URL": "postgresql+psycopg:///x",
    "PEERGANG_REDIS_URL": "redis://127.0.0.1:1/0",
}


def read(**more: str) -> OidcProvider:
    return read_providers(GOOD | more, production=True)[0]


def test_without_a_name_there_is_none() -> None:
    assert read_providers({}, production=True) == ()
    assert load_settings(BASE).oidc_providers == ()
    assert not load_settings(BASE).oidc_sign_up


def test_the_profile_fills_in_the_rest() -> None:
    one = read()
    assert (one.label, one.scopes) == ("SURFconext", "openid profile email")
    assert one.claims["organisation"] == ("schac_home_organization",)
    assert "heel geheim" not in repr(one)


def test_several_with_a_profile_and_claims_of_their_own() -> None:
    more = {
        "PEERGANG_OIDC_PROVIDERS": "surfconext, school",
        "PEERGANG_OIDC_SCHOOL_ISSUER": "https://login.school.example/realms/x",
        "PEERGANG_OIDC_SCHOOL_CLIENT_ID": "a",
        "PEERGANG_OIDC_SCHOOL_CLIENT_SECRET": "b",
        "PEERGANG_OIDC_SCHOOL_PROFILE": "entree",
        "PEERGANG_OIDC_SCHOOL_LABEL": "Onze school",
        "PEERGANG_OIDC_SCHOOL_CLAIMS": "email=upn|mail domain=",
    }
    first, second = load_settings(BASE | GOOD | more).oidc_providers
    assert (first.name, second.name, second.label) == ("surfconext", "school", "Onze school")
    assert (second.claims["email"], second.claims["domain"]) == (("upn", "mail"), ())
    assert second.claims["brin"] == ("nlEduPersonHomeOrganizationId",)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PEERGANG_OIDC_SURFCONEXT_ISSUER", ""),
        ("PEERGANG_OIDC_SURFCONEXT_ISSUER", "http://connect.example"),
        ("PEERGANG_OIDC_SURFCONEXT_ISSUER", "connect.example"),
        ("PEERGANG_OIDC_SURFCONEXT_CLIENT_ID", " "),
        ("PEERGANG_OIDC_SURFCONEXT_CLIENT_SECRET", ""),
        ("PEERGANG_OIDC_SURFCONEXT_PROFILE", "iets"),
        ("PEERGANG_OIDC_SURFCONEXT_SCOPES", "profile email"),
        ("PEERGANG_OIDC_SURFCONEXT_CLAIMS", "mail"),
        ("PEERGANG_OIDC_SURFCONEXT_CLAIMS", "sub=uid"),
        ("PEERGANG_OIDC_PROVIDERS", "surfconext surfconext"),
        ("PEERGANG_OIDC_PROVIDERS", "Surf-Conext"),
    ],
)
def test_a_wrong_one_is_named(setting: str, value: str) -> None:
    with pytest.raises(OidcConfigError, match=setting):
        read(**{setting: value})


def test_sign_up_is_on_or_off() -> None:
    assert load_settings(BASE | {"PEERGANG_OIDC_SIGN_UP": "on"}).oidc_sign_up
    with pytest.raises(ConfigError, match="PEERGANG_OIDC_SIGN_UP"):
        load_settings(BASE | {"PEERGANG_OIDC_SIGN_UP": "ja"})
