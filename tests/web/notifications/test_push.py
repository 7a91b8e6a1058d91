"""Switching messages in a browser on and off, by forms that a script fills in."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.config import Settings
from peergang.core.web_push import PushKey, generate_key
from peergang.identity.models import User
from peergang.notifications.actions.push import make_seen_token
from peergang.notifications.queries.push import list_browsers
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice, use_script
from tests.factories.push import Browser

pytestmark = pytest.mark.database

ClientAs = Callable[[User], FlaskClient]


@pytest.fixture
def keyed(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    found = replace(settings, push_key=generate_key())
    monkeypatch.setitem(app.extensions, "peergang_settings", found)
    return found


def test_a_browser_is_added_shown_and_taken_off(
    session: Session, client_as: ClientAs, keyed: Settings
) -> None:
    user, one = make_user(session), Browser()
    client = client_as(user)
    page = client.get("/herinneringen").text
    assert f'data-push-key="{PushKey(keyed.push_key).public}"' in page
    answer = client.post("/herinneringen/browsers", data=one.asked)
    assert (answer.status_code, answer.location) == (303, "/herinneringen")
    row = list_browsers(session, user.id, clock.now())[0]
    page = client.get("/herinneringen").text
    assert "Je krijgt nu ook meldingen in deze browser." in page
    assert f'data-push-mark="{row.endpoint_hash.hex()}"' in page
    assert one.endpoint not in page, "the address is a secret"
    assert client_as(make_user(session)).post(f"/herinneringen/browsers/{row.id}/weg").status_code == 404
    assert client.post(f"/herinneringen/browsers/{row.id}/weg").status_code == 303
    assert list_browsers(session, user.id, clock.now()) == []


def test_an_address_that_is_none_is_refused_kindly(
    session: Session, client_as: ClientAs, keyed: Settings
) -> None:
    user = make_user(session)
    client = client_as(user)
    for asked in ({}, Browser("http://169.254.169.254/x").asked):
        assert client.post("/herinneringen/browsers", data=asked).status_code == 303
        assert "geen adres" in client.get("/herinneringen").text
    assert list_browsers(session, user.id, clock.now()) == []


def test_without_a_key_there_is_nothing(session: Session, client_as: ClientAs, app: Flask) -> None:
    client = client_as(make_user(session))
    assert "data-push-key" not in client.get("/herinneringen").text
    assert client.get("/push.js").status_code == 404
    assert client.post("/herinneringen/browsers", data=Browser().asked).status_code == 404


def test_the_worker_may_be_run_from_the_root(client: FlaskClient, keyed: Settings) -> None:
    answer = client.get("/push.js")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "notificationclick" in answer.text


def test_a_click_marks_it_as_read_without_signing_in(
    session: Session, app: Flask, keyed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_script(monkeypatch)
    notice = make_notice(session, make_user(session), clock.now())
    session.commit()
    url = f"/berichten/gezien/{make_seen_token(keyed.secret_key, notice.id)}"
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        client = app.test_client()
        assert client.get(url).status_code == 405
        assert client.post(url).status_code == 204
        assert client.post(url[:-3] + ("zzA" if url[-3] != "z" else "AAA")).status_code == 404
        assert client.post("/berichten/gezien/%00").status_code == 404
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    session.expire_all()
    assert notice.read_at is not None
