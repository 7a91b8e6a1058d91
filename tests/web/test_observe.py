"""What operators may see, and what stays inside."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.progress.models import CompileRun
from peergang.web.observe import init_observe
from peergang.web.security import init_security
from tests.factories.identity import make_user
from tests.factories.notifications import make_notice

pytestmark = pytest.mark.database


def test_without_a_token_only_this_machine_reads_the_figures(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 200
    for more in (
        {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}},
        {"headers": {"X-Forwarded-For": "203.0.113.9"}},
        {"headers": {"Forwarded": "for=203.0.113.9"}},
    ):
        assert client.get("/metrics", **more).status_code == 404


def test_a_request_that_is_sent_on_to_https_has_an_id_too(settings: Settings) -> None:
    app = Flask(__name__)
    init_security(app, replace(settings, public_url="https://peergang.example"))
    init_observe(app)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 302
    assert answer.headers["X-Request-ID"]


def test_with_a_token_only_who_brings_it_reads_them(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = replace(app.extensions["peergang_settings"], metrics_token="sesam")
    monkeypatch.setitem(app.extensions, "peergang_settings", guarded)
    far = {"REMOTE_ADDR": "203.0.113.9"}
    assert client.get("/metrics").status_code == 404
    for given, status in (("Bearer sesam", 200), ("Bearer sesamé", 404), ("sesam", 404), ("Bearer ", 404)):
        answer = client.get("/metrics", headers={"Authorization": given}, environ_base=far)
        assert answer.status_code == status, given


def test_redis_that_is_away_is_reported_and_the_site_is_ready(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json["status"], answer.json["database"], answer.json["redis"]) == (
        "ok",
        "ok",
        "ConnectionError",
    )
    assert answer.json["warnings"] == []


def test_redis_is_asked_for_a_second_at_most(app: Flask) -> None:
    options = app.extensions["peergang_redis"].connection_pool.connection_kwargs
    assert (options["socket_timeout"], options["socket_connect_timeout"]) == (1, 1)


def test_messages_in_doubt_and_wrong_progress_are_seen(
    client: FlaskClient, session: Session, now: datetime
) -> None:
    user = make_user(session)
    for state in ("uncertain", "uncertain", "failed", "sent"):
        make_notice(session, user, now, state=state)
    for days, wrong in ((2, 9), (1, 4)):
        at = now - timedelta(days=days)
        session.add(CompileRun(state="done", started_at=at, enrolments=300, corrected=wrong))
    session.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["warnings"] == [
        "2 messages in doubt wait for a decision: peergang notices list",
        "4 rows of progress were wrong, and corrected, at the last full compile",
    ]
    figures = client.get("/metrics").text
    for line in (
        'peergang_notices{state="uncertain"} 2.0',
        'peergang_notices{state="failed"} 1.0',
        'peergang_notices{state="queued"} 0.0',
        'peergang_progress{kind="wrong"} 4.0',
        "peergang_requests_total",
    ):
        assert line in figures


def test_several_web_processes_are_counted_together(tmp_path: Path) -> None:
    program = (
        "from peergang.web import figures\n"
        "from peergang.web.observe import REQUESTS\n"
        "REQUESTS.labels('home', 200).inc()\n"
        "print(figures.write_figures(None).decode())"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics")}
    said = [
        subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]
    assert 'peergang_requests_total{endpoint="home",status="200"} 2.0' in said[1].stdout
