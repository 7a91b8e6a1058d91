"""Behind a proxy the address of the visitor counts, and only as far as the configuration trusts it."""

from dataclasses import replace

from flask import Flask, request

from peergang.core.config import Settings
from peergang.web.security import init_security


def seen(settings: Settings, forwarded: str) -> str | None:
    app = Flask(__name__)
    init_security(app, settings)
    addresses: list[str | None] = []
    app.add_url_rule("/", view_func=lambda: addresses.append(request.remote_addr) or "ok")
    app.test_client().get("/", headers={"X-Forwarded-For": forwarded})
    return addresses[0]


def test_without_a_proxy_nobody_chooses_their_own_address(settings: Settings) -> None:
    assert seen(settings, "203.0.113.9") == "127.0.0.1"


def test_one_proxy_is_believed_for_one_hop(settings: Settings) -> None:
    behind = replace(settings, trusted_proxies=1)
    assert seen(behind, "198.51.100.1, 203.0.113.9") == "203.0.113.9"
