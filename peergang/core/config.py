"""All settings, read once from the environment. A wrong value stops the start and is named."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from peergang.core import storage
from peergang.core.badge_key import find_problem_of_keys, read_paths
from peergang.core.mail_settings import Rates, find_imap_problem, read_rates
from peergang.core.oidc_settings import OidcConfigError, OidcProvider, read_providers

KNOWN_SECRET = "development-only-" * 2
"""Everybody can read it here, so it signs nothing that the world can reach."""

_UNSUBSCRIBE = re.compile(r"[a-z0-9.-]{1,16}@[a-z0-9.-]+")

ENVIRONMENTS = ("development", "demo", "test", "production")


PUSH_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
"""32 bytes as base64url, without padding."""


class ConfigError(Exception):
    """A setting is missing or wrong. The message names it and says what would be right."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may differ between two installations; docs/operations.md explains each."""

    env: str
    secret_key: str
    database_url: str
    redis_url: str
    public_url: str
    mail_url: str
    mail_from: str
    clock_file: Path | None
    organisation_name: str
    log_format: str
    trusted_proxies: int
    metrics_token: str
    audit_days: int
    second_factor: str
    files_url: str
    oidc_providers: tuple[OidcProvider, ...] = ()
    oidc_sign_up: bool = False
    push_key: str = ""
    push_contact: str = ""
    bounce_imap: str = ""
    bounce_password: str = ""
    bounce_secret: str = ""
    mail_rates: Rates = ()
    unsubscribe_mail: str = ""
    badge_key: str = ""
    badge_keys_retired: tuple[str, ...] = ()

    @property
    def demands_second_factor(self) -> bool:
        """Whether organisers and admins must have a passkey or an app with codes."""
        return self.second_factor == "required"

    @property
    def is_production(self) -> bool:
        """Whether secrets, secure cookies and real mail are demanded."""
        return self.env == "production"

    @property
    def shows_outbox(self) -> bool:
        """Whether the page with outgoing mail and the two-click sign-in of the demo exist."""
        return self.env in ("development", "demo", "test")

    @property
    def is_local(self) -> bool:
        """Whether the address people use can only be this machine, or one of a test."""
        return _is_local(self.public_url)

    @property
    def https(self) -> bool:
        """Whether people reach us over TLS, so that cookies must be marked secure."""
        return self.public_url.startswith("https://")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings from `environ` (default: the process environment).

    Raises:
        ConfigError: naming the first setting that is missing or wrong.
    """
    values = os.environ if environ is None else environ
    public_url = values.get("PEERGANG_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    env = values.get("PEERGANG_ENV") or ("development" if _is_local(public_url) else "")
    if not env:
        raise ConfigError(
            f"PEERGANG_ENV must be said when PEERGANG_PUBLIC_URL is {public_url}; for real people it is production."
        )
    if env not in ENVIRONMENTS:
        raise ConfigError(f"PEERGANG_ENV is {env!r}; choose one of {', '.join(ENVIRONMENTS)}.")
    clock_file = values.get("PEERGANG_CLOCK_FILE", "")
    settings = Settings(
        env=env,
        secret_key=values.get("PEERGANG_SECRET_KEY", "" if env == "production" else KNOWN_SECRET),
        database_url=values.get("PEERGANG_DATABASE_URL", ""),
        redis_url=values.get("PEERGANG_REDIS_URL", ""),
        public_url=public_url,
        mail_url=values.get("PEERGANG_MAIL_URL", "" if env == "production" else "memory:"),
        mail_from=values.get("PEERGANG_MAIL_FROM", "Peergang <noreply@peergang.example>"),
        clock_file=Path(clock_file) if clock_file and env == "demo" else None,
        organisation_name=values.get("PEERGANG_ORGANISATION_NAME", "Netwerk Bruggen Bouwen"),
        log_format=values.get("PEERGANG_LOG_FORMAT", "json" if env == "production" else "text"),
        trusted_proxies=_number(values, "PEERGANG_TRUSTED_PROXIES", 0),
        metrics_token=values.get("PEERGANG_METRICS_TOKEN", ""),
        audit_days=_number(values, "PEERGANG_AUDIT_DAYS", 730),
        second_factor=values.get("PEERGANG_SECOND_FACTOR")
        or ("required" if env == "production" else "optional"),
        files_url=values.get("PEERGANG_FILES_URL")
        or str(Path(values.get("PEERGANG_VAR") or "var") / "files"),
        oidc_providers=_providers(values, production=env == "production"),
        oidc_sign_up=_switch(values, "PEERGANG_OIDC_SIGN_UP"),
        push_key=values.get("PEERGANG_PUSH_KEY", ""),
        push_contact=values.get("PEERGANG_PUSH_CONTACT", ""),
        bounce_imap=values.get("PEERGANG_BOUNCE_IMAP", ""),
        bounce_password=values.get("PEERGANG_BOUNCE_PASSWORD", ""),
        bounce_secret=values.get("PEERGANG_BOUNCE_SECRET", ""),
        mail_rates=_rates(values),
        unsubscribe_mail=values.get("PEERGANG_UNSUBSCRIBE_MAIL", "").lower(),
        badge_key=values.get("PEERGANG_BADGE_KEY", ""),
        badge_keys_retired=read_paths(values.get("PEERGANG_BADGE_KEYS_RETIRED", "")),
    )
    _check(settings)
    return settings


def _is_local(public_url: str) -> bool:
    try:
        host = urlsplit(public_url).hostname or ""
    except ValueError:
        return False
    return host in ("127.0.0.1", "::1", "localhost") or host.endswith((".localhost", ".test", ".example"))


def _tls_is_clear(mail_url: str) -> bool:
    scheme, _, rest = mail_url.partition("://")
    query = rest.partition("?")[2]
    return not query or (scheme == "smtp" and query == "tls=none") or not scheme.startswith("smtp")


def _number(values: Mapping[str, str], name: str, default: int) -> int:
    text = values.get(name, "") or str(default)
    if not text.isdigit():
        raise ConfigError(f"{name} is {text!r}; it must be a whole number, zero or more.")
    return int(text)


def _providers(values: Mapping[str, str], *, production: bool) -> tuple[OidcProvider, ...]:
    try:
        return read_providers(values, production=production)
    except OidcConfigError as error:
        raise ConfigError(str(error)) from None


def _rates(values: Mapping[str, str]) -> Rates:
    try:
        return read_rates(values.get("PEERGANG_MAIL_RATES", ""))
    except ValueError as error:
        raise ConfigError(
            f"PEERGANG_MAIL_RATES cannot be read at {str(error)!r}; it must look like gmail.com=30,*=600."
        ) from None


def _switch(values: Mapping[str, str], name: str) -> bool:
    text = values.get(name, "") or "off"
    if text not in ("on", "off"):
        raise ConfigError(f"{name} is {text!r}; it must be on or off.")
    return text == "on"


def _check(settings: Settings) -> None:
    if len(settings.secret_key) < 32:
        raise ConfigError(
            "PEERGANG_SECRET_KEY must hold at least 32 characters; make one with `openssl rand -hex 32`."
        )
    if settings.secret_key == KNOWN_SECRET and (settings.is_production or not settings.is_local):
        raise ConfigError(
            "PEERGANG_SECRET_KEY must be your own when others can reach this; make one with `openssl rand -hex 32`."
        )
    if not settings.database_url.startswith("postgresql+psycopg://"):
        raise ConfigError("PEERGANG_DATABASE_URL must start with postgresql+psycopg://.")
    if not settings.redis_url.startswith(("redis://", "rediss://", "redis+socket://")):
        raise ConfigError("PEERGANG_REDIS_URL must start with redis://, rediss:// or redis+socket://.")
    if not urlsplit(settings.public_url).netloc:
        raise ConfigError("PEERGANG_PUBLIC_URL must be a full address such as https://peergang.example.")
    if settings.is_production and not settings.https:
        raise ConfigError("PEERGANG_PUBLIC_URL must start with https:// in production.")
    _check_mail(settings)
    _check_bounces(settings)
    _check_files(settings)
    _check_push(settings)
    if settings.audit_days < 30:
        raise ConfigError("PEERGANG_AUDIT_DAYS must be 30 or more.")
    if settings.second_factor not in ("required", "optional"):
        raise ConfigError("PEERGANG_SECOND_FACTOR must be required or optional.")
    if settings.log_format not in ("json", "text"):
        raise ConfigError("PEERGANG_LOG_FORMAT must be json or text.")


def _check_files(settings: Settings) -> None:
    if problem := storage.find_problem(settings.files_url):
        raise ConfigError(f"PEERGANG_FILES_URL cannot be used: {problem}.")
    if problem := find_problem_of_keys(settings.badge_key, settings.badge_keys_retired):
        raise ConfigError(problem)


def _check_bounces(settings: Settings) -> None:
    if settings.bounce_imap and (problem := find_imap_problem(settings.bounce_imap)):
        raise ConfigError(f"PEERGANG_BOUNCE_IMAP cannot be used: {problem}.")
    if settings.bounce_imap and not settings.bounce_password:
        raise ConfigError("PEERGANG_BOUNCE_PASSWORD must be set when PEERGANG_BOUNCE_IMAP is.")
    if settings.bounce_secret and len(settings.bounce_secret) < 32:
        raise ConfigError(
            "PEERGANG_BOUNCE_SECRET must hold at least 32 characters; make one with `openssl rand -hex 32`."
        )


def _check_push(settings: Settings) -> None:
    if settings.push_key and not PUSH_KEY.fullmatch(settings.push_key):
        raise ConfigError(
            "PEERGANG_PUSH_KEY must be 32 bytes as base64url; make one with "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'`."
        )
    if settings.push_contact and not settings.push_contact.startswith(("mailto:", "https://")):
        raise ConfigError("PEERGANG_PUSH_CONTACT must start with mailto: or https://.")


def _check_mail(settings: Settings) -> None:
    if not settings.mail_url.startswith(("smtp://", "smtps://", "file:", "memory:")):
        raise ConfigError("PEERGANG_MAIL_URL must start with smtp://, smtps:// or file:.")
    if not _tls_is_clear(settings.mail_url):
        raise ConfigError("PEERGANG_MAIL_URL may end in ?tls=none after smtp://, and in nothing else.")
    if settings.unsubscribe_mail and not _UNSUBSCRIBE.fullmatch(settings.unsubscribe_mail):
        raise ConfigError(
            "PEERGANG_UNSUBSCRIBE_MAIL must be an address such as afmelden@peergang.example: at most 16 letters,"
            " digits, dots or dashes before the @, because a token of 47 follows there."
        )
    if settings.is_production and settings.mail_url.startswith(("file:", "memory:")):
        raise ConfigError("PEERGANG_MAIL_URL must be an smtp:// or smtps:// address in production.")
