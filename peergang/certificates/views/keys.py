"""The keys of this installation, and the addresses that badges name."""

from functools import lru_cache

from flask import current_app, url_for

from peergang.certificates.rules.badge import Issuer
from peergang.core.badge_key import BadgeKey
from peergang.core.config import Settings


def settings() -> Settings:
    """The settings of this application."""
    found: Settings = current_app.extensions["peergang_settings"]
    return found


@lru_cache(maxsize=32)
def _read(path: str) -> BadgeKey | None:
    return BadgeKey.read(path)


def badge_key() -> BadgeKey | None:
    """The key that signs badges; None where there is none, and then there are only drafts."""
    return _read(settings().badge_key)


def find_key(thumbprint: str) -> BadgeKey | None:
    """The key of this name, when it signs or signed before."""
    return next((one for one in _all_keys() if one.thumbprint == thumbprint), None)


def first_key() -> BadgeKey | None:
    """The first key of this installation. Badges of before each key had an address of its own were signed with it."""
    return next(reversed(_all_keys()), None)


def _all_keys() -> list[BadgeKey]:
    """What signs, and then what signed before, the latest first."""
    known = settings()
    return [key for path in (known.badge_key, *known.badge_keys_retired) if (key := _read(path))]


def key_url(key: BadgeKey) -> str:
    """Where the public half of the key stands: an address that never gives another one."""
    path = url_for("certificates.named_key", thumbprint=key.thumbprint)
    return f"{settings().public_url}{path}"


def old_key_url() -> str:
    """Where badges of before each key had an address of its own look for it."""
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
