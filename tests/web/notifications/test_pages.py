"""The outgoing mail of the demo."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.mail import FileTransport, SentMail
from peergang.notifications.actions.deliver import deliver_due
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice, use_script

pytestmark = pytest.mark.database


@pytest.fixture
def with_mail(
    app: Flask,
    session: Session,
    connection: sa.Connection,
    settings: Settings,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Settings:
    """An application whose mail went into a folder: three messages."""
    use_script(monkeypatch)
    for name in ("Anna", "Bilal", "Zoë"):
        make_notice(session, make_user(session, name, "Berg & Dal <b>"), now)
    session.commit()
    folder = replace(settings, mail_url=f"file:{tmp_path / 'mail'}", env="demo")
    deliver_due(connection, folder, FileTransport(tmp_path / "mail"), now=now)
    monkeypatch.setitem(app.extensions, "peergang_settings", folder)
    return folder


def test_outgoing_mail_is_listed_and_read(client: FlaskClient, with_mail: Settings) -> None:
    page = client.get("/uitgaande-mail")
    assert page.status_code == 200
    assert page.text.count("2 reflecties wachten op je reactie") == 3
    assert "Berg &amp; Dal &lt;b&gt;" in page.text
    found = client.get("/uitgaande-mail?aan=zoë").text
    assert "Zoë" in found
    assert "Bilal" not in found
    assert "Niemand die zo heet" in client.get("/uitgaande-mail?aan=Xantippe").text
    link = found.split('href="/uitgaande-mail/')[1].split('"')[0]
    message = client.get(f"/uitgaande-mail/{link}")
    assert "Dag Zoë" in message.text
    assert '<a href="http://peergang.test/beoordelen"' in message.text
    html = client.get(f"/uitgaande-mail/{link}/html")
    policy = html.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert html.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in html.text
    assert message.headers["X-Frame-Options"] == "DENY", "only the frame may be framed"


@pytest.mark.parametrize("name", ["0" * 32, "..%2f..%2fetc%2fpasswd", "x", "%00"])
def test_a_message_that_is_not_there(client: FlaskClient, with_mail: Settings, name: str) -> None:
    assert client.get(f"/uitgaande-mail/{name}").status_code == 404
    assert client.get(f"/uitgaande-mail/{name}/html").status_code == 404


def test_in_production_there_is_no_such_page(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    production = replace(settings, env="production")
    monkeypatch.setitem(app.extensions, "peergang_settings", production)
    assert client.get("/uitgaande-mail").status_code == 404
    assert client.get("/uitgaande-mail/0").status_code == 404
    assert client.get("/uitgaande-mail/0/html").status_code == 404


def test_memory_is_shown_in_tests(
    client: FlaskClient, mailbox: list[SentMail], settings: Settings, session: Session
) -> None:
    mailbox.append(SentMail("a@b", "c@d", b"Subject: Proef\r\nTo: c@d.example\r\n\r\nDag\r\n"))
    assert "Proef" in client.get("/uitgaande-mail").text
    assert "Dag" in client.get("/uitgaande-mail/0").text


def test_nothing_was_sent_yet(client: FlaskClient, mailbox: list[SentMail]) -> None:
    assert "Er is nog niets verstuurd" in client.get("/uitgaande-mail").text
