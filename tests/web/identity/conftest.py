"""What the pages of this feature need beside the general fixtures."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from peergang.identity.actions import passwords
from peergang.web.throttle import limiter
from tests.factories.identity import CHEAP


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
