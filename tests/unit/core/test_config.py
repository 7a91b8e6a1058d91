"""A wrong setting stops the start and is named."""

import pytest

from peergang.core.config import ConfigError, load_settings

GOOD = {
    "PEERGANG_DATABASE_URL": "postgresql+psycopg:///peergang",
    "PEERGANG_REDIS_URL": "redis://127.0.0.1:6379/0",
}
SECRET = "s" * 32
PRODUCTION = GOOD | {
    "PEERGANG_ENV": "production",
    "PEERGANG_SECRET_KEY": SECRET,
    "PEERGANG_PUBLIC_URL": "https://peergang.nl",
    "PEERGANG_MAIL_URL": "smtp://user:password@mail.peergang.nl:587",
    "PEERGANG_BOUNCE_IMAP": "imaps://terug%40peergang.nl@mail.peergang.nl/INBOX",
    "PEERGANG_BOUNCE_PASSWORD": "password",
}
LOCAL = (
    "http://127.0.0.1:8000",
    "http://localhost:8000",
    "http://[::1]:8000",
    "http://peergang.test",
    "https://peergang.example",
)


@pytest.mark.parametrize("url", LOCAL)
def test_on_this_machine_nothing_else_is_needed(url: str) -> None:
    settings = load_settings(GOOD | {"PEERGANG_PUBLIC_URL": url})
    assert settings.env == "development"
    assert len(settings.secret_key) >= 32


@pytest.mark.parametrize("url", ["https://peergang.nl", "http://192.168.1.4:8000", "http://test.peergang.nl"])
def test_elsewhere_the_kind_of_installation_must_be_said(url: str) -> None:
    with pytest.raises(ConfigError, match="PEERGANG_ENV"):
        load_settings(GOOD | {"PEERGANG_PUBLIC_URL": url})


@pytest.mark.parametrize("env", ["development", "demo", "test"])
def test_elsewhere_the_secret_that_everybody_knows_is_refused(env: str) -> None:
    given = GOOD | {"PEERGANG_PUBLIC_URL": "https://peergang.nl", "PEERGANG_ENV": env}
    with pytest.raises(ConfigError, match="PEERGANG_SECRET_KEY"):
        load_settings(given)
    with pytest.raises(ConfigError, match="PEERGANG_SECRET_KEY"):
        load_settings(given | {"PEERGANG_SECRET_KEY": load_settings(GOOD).secret_key})
    assert load_settings(given | {"PEERGANG_SECRET_KEY": SECRET}).env == env


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PEERGANG_SECRET_KEY", "short"),
        ("PEERGANG_SECRET_KEY", load_settings(GOOD).secret_key),
        ("PEERGANG_PUBLIC_URL", "http://peergang.nl"),
        ("PEERGANG_PUBLIC_URL", "peergang.nl"),
        ("PEERGANG_MAIL_URL", "memory:"),
        ("PEERGANG_MAIL_URL", "smtp://mail.peergang.nl?tls=off"),
        ("PEERGANG_MAIL_URL", "smtps://mail.peergang.nl?tls=none"),
        ("PEERGANG_BOUNCE_IMAP", "imaps://mail.peergang.nl"),
        ("PEERGANG_BOUNCE_IMAP", "imaps://terug:geheim@mail.peergang.nl"),
        ("PEERGANG_BOUNCE_IMAP", "imaps://terug@mail.peergang.nl/INBOX?tls=none"),
        ("PEERGANG_BOUNCE_IMAP", "https://terug@mail.peergang.nl"),
        ("PEERGANG_BOUNCE_IMAP", "imaps://terug@mail.peergang.nl:poort"),
        ("PEERGANG_BOUNCE_PASSWORD", ""),
        ("PEERGANG_BOUNCE_SECRET", "short"),
        ("PEERGANG_MAIL_RATES", "gmail.com"),
        ("PEERGANG_MAIL_RATES", "gmail.com=0"),
        ("PEERGANG_MAIL_RATES", "@gmail.com=3"),
        ("PEERGANG_MAIL_RATES", "gmail.com=30;outlook.com=20"),
        ("PEERGANG_LOG_FORMAT", "xml"),
        ("PEERGANG_TRUSTED_PROXIES", "-1"),
        ("PEERGANG_ENV", "live"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    assert load_settings(PRODUCTION).is_production
    with pytest.raises(ConfigError, match=name):
        load_settings(PRODUCTION | {name: value})


def test_mail_without_tls_is_asked_for_by_name() -> None:
    assert load_settings(PRODUCTION | {"PEERGANG_MAIL_URL": "smtp://mailpit:1025?tls=none"}).mail_url


def test_rates_are_read_by_domain() -> None:
    given = GOOD | {"PEERGANG_MAIL_RATES": "GMail.com=30, outlook.com=20,*=600,"}
    assert load_settings(given).mail_rates == (("gmail.com", 30), ("outlook.com", 20), ("*", 600))
    assert load_settings(GOOD).mail_rates == ()
