"""What the pages of this feature need beside the general fixtures."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from peergang.core.oidc_settings import OidcProvider
from peergang.identity.actions import passwords
from peergang.web.throttle import limiter
from tests.factories.identity import CHEAP
from tests.factories.provider import SURFCONEXT, Provider, run_provider
from tests.web.identity.federation import Journey


@pytest.fixture(autouse=True)
def fresh_limits(app: object) -> Iterator[None]:
    """Every test starts with a clean slate of attempts."""
    limiter.reset()
    yield
    limiter.reset()


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages do not care how much work a hash is; tests/domain/identity looks at the real one."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)
    passwords._nobody.cache_clear()
    yield
    passwords._nobody.cache_clear()


@pytest.fixture
def statements_of(connection: sa.Connection) -> Callable[[], list[str]]:
    """Start listening to what goes to the database; the list fills up from then on."""

    def start() -> list[str]:
        heard: list[str] = []

        def listen(*args: object) -> None:
            statement = str(args[2])
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                heard.append(statement)

        sa.event.listen(connection, "before_cursor_execute", listen)
        return heard

    return start


@pytest.fixture(scope="session")
def running_provider() -> Iterator[Provider]:
    with run_provider() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    """The invented provider, honest again and knowing Femke; its ID token holds no claims."""
    running_provider.slim, running_provider.foreign_key, running_provider.away = True, False, False
    running_provider.lies, running_provider.userinfo_lies, running_provider.asked = {}, {}, []
    running_provider.know("femke", SURFCONEXT)
    return running_provider


@pytest.fixture
def use(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the application use these providers."""

    def change(*providers: OidcProvider, sign_up: bool = False, **more: object) -> None:
        settings = replace(
            app.extensions["peergang_settings"], oidc_providers=providers, oidc_sign_up=sign_up, **more
        )
        monkeypatch.setitem(app.extensions, "peergang_settings", settings)
        app.extensions.pop("peergang_oidc", None)

    return change


@pytest.fixture
def journey(client: FlaskClient, provider: Provider, use: Callable[..., None]) -> Journey:
    use(provider.provider())
    return Journey(client, provider)
