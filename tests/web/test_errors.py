"""When something breaks: no secret in a log, and a page that does not need what is broken."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from peergang.app import create_app
from peergang.core.config import Settings
from peergang.core.db import make_engine

SECRET = "geheim-in-het-adres-5b1c"


@pytest.fixture
def breaking(app: Flask) -> Iterator[FlaskClient]:
    """The application as people meet it: its exceptions become pages."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app.test_client()
    app.config["PROPAGATE_EXCEPTIONS"] = None


def test_the_log_of_a_500_names_the_endpoint_and_never_the_path(
    breaking: FlaskClient,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("broken on purpose")

    fail.is_public = True  # type: ignore[attr-defined]
    caplog.set_level(logging.DEBUG)
    endpoint = "identity.accept_invitation"
    monkeypatch.setitem(app.view_functions, endpoint, fail)
    answer = breaking.get(f"/uitnodiging/{SECRET}?token={SECRET}", headers={"X-Request-ID": "request-77"})
    assert answer.status_code == 500
    output = capsys.readouterr()
    said = caplog.text + output.out + output.err
    assert SECRET not in said
    for part in (endpoint, "request-77", "RuntimeError: broken on purpose", "Traceback"):
        assert part in said


@pytest.fixture
def lonely(settings: Settings) -> FlaskClient:
    """An application whose database is away, in the browser of somebody who is signed in."""
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"
    app = create_app(replace(settings, database_url=url), make_engine(url))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "some-token"
        cookie["_fresh"] = True
    return client


@pytest.mark.parametrize("path", ["/", "/deze-week", "/hulp", "/nergens"])
def test_without_the_database_the_page_says_so(lonely: FlaskClient, path: str) -> None:
    answer = lonely.get(path)
    assert answer.status_code == 503
    assert "We zijn even niet bereikbaar" in answer.text
    assert int(answer.headers["Retry-After"]) > 0


def test_without_the_database_the_page_is_in_the_language_of_the_browser(lonely: FlaskClient) -> None:
    assert '<html lang="en"' in lonely.get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="nl"' in lonely.get("/", headers={"Accept-Language": "nl"}).text


def test_without_the_database_autosave_hears_it_as_json(lonely: FlaskClient) -> None:
    answer = lonely.get("/deze-week", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["error"]) == (503, 503)


def test_any_500_leaves_the_database_alone(
    breaking: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What broke may be the very query that the shell of a page makes."""

    def fail(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, RuntimeError("57014"))

    with breaking.session_transaction() as cookie:
        cookie["_user_id"] = "some-token"
    monkeypatch.setattr("peergang.identity.views.browser.find_signed_in", fail)
    answer = breaking.get("/deze-week")
    assert answer.status_code in (500, 503)
    assert '<main id="inhoud"' in answer.text
