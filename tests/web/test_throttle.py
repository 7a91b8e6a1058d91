"""Limits must hold, and pages must come, also when Redis is away."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.embedded import RedisServer
from peergang.identity.models import User
from peergang.web import throttle
from tests.factories.identity import make_user


def test_without_redis_pages_come_and_limits_hold(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    limiter = Limiter(key_func=get_remote_address, default_limits=[])
    monkeypatch.setattr(throttle, "limiter", limiter)
    app = Flask("proef")

    @app.get("/")
    def free() -> str:
        return "vrij"

    @app.post("/")
    @limiter.limit("3 per minute", deduct_when=lambda response: response.status_code == 200)
    def limited() -> str:
        return "geteld"

    throttle.init_throttle(app, replace(settings, env="production", redis_url="redis://127.0.0.1:1/0"))
    client = app.test_client()
    assert [client.post("/").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert {client.get("/").status_code for _ in range(30)} == {200}


@pytest.mark.database
def test_limits_are_counted_in_redis(
    settings: Settings, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses = []
    for _ in range(4):
        # A limiter of its own stands for a process of its own: together they share one count.
        limiter = Limiter(key_func=get_remote_address, default_limits=[])
        monkeypatch.setattr(throttle, "limiter", limiter)
        app = Flask("proef")

        @app.post("/")
        @limiter.limit("3 per minute")
        def limited() -> str:
            return "geteld"

        throttle.init_throttle(app, replace(settings, env="production", redis_url=redis_server.url))
        statuses.append(app.test_client().post("/").status_code)
        limiter.storage.storage.connection_pool.disconnect()
    assert statuses == [200, 200, 200, 429]


@pytest.mark.parametrize(
    ("address", "counts_for"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unix:", "unix:"),
    ],
)
def test_attempts_count_for_a_connection_and_not_for_each_of_its_addresses(
    address: str, counts_for: str
) -> None:
    """Else one computer has as many attempts as there are addresses behind one connection: 2 to the power of 64."""
    with Flask("proef").test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert throttle.limiter._key_func() == counts_for


@pytest.mark.database
def test_documents_are_made_so_often_for_one_person(
    client_as: Callable[[User], FlaskClient], session: Session
) -> None:
    """Each takes the work of a hundred pages, and whoever asks for them without end takes the site from the others."""
    amira, bilal = client_as(make_user(session)), client_as(make_user(session))
    asked = [amira.get("/portfolio/download").status_code for _ in range(15)]
    asked += [amira.post("/mijn-gegevens").status_code for _ in range(15)]
    assert 429 not in asked
    assert amira.get("/portfolio/download").status_code == 429
    assert amira.get("/portfolio").status_code == 200
    assert bilal.get("/portfolio/download").status_code == 404, "who has written nothing has no file"
