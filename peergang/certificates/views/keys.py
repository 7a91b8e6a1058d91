"""The key of this installation, and the addresses that badges name."""

from functools import lru_cache

from flask import current_app, url_for

from peergang.certificates.rules.badge import Issuer
from peergang.core.badge_key import BadgeKey
from peergang.core.config import Settings


def settings() -> Settings:
    """The settings of this application."""
    found: Settings = current_app.extensions["peergang_settings"]
    return found


@lru_cache(maxsize=2)
def _read(path: str) -> BadgeKey | None:
    return BadgeKey.read(path)


def badge_key() -> BadgeKey | None:
    """The key that signs badges; None where there is none, and then there are only drafts."""
    return _read(settings().badge_key)


def key_url() -> str:
    """Where the public key stands."""
    return _full("certificates.key")


def issuer_of() -> Issuer:
    """Who issues."""
    return Issuer(
        profile_url=_full("certificates.issuer"),
        status_url=_full("certificates.withdrawn"),
        name=settings().organisation_name,
        site_url=settings().public_url,
    )


def _full(endpoint: str) -> str:
    return f"{settings().public_url}{url_for(endpoint)}"
