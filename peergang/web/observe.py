"""What operators see: a request id in every log line, counters for Prometheus, and the two health pages."""

import hmac
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import structlog
from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST
from redis import Redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from peergang.core import clock
from peergang.core.errors import NotFound
from peergang.web.database import reading
from peergang.web.figures import Counter, Histogram, write_figures
from peergang.web.gate import public

REQUESTS = Counter("peergang_requests_total", "Requests by endpoint and status.", ["endpoint", "status"])
DURATION = Histogram("peergang_request_seconds", "Time to answer by endpoint.", ["endpoint"])
WORKER_SILENCE = timedelta(minutes=5)

log = structlog.get_logger("peergang.request")
bp = Blueprint("observe", __name__)

Warn = Callable[[Session], str]
"""Gives one sentence for the operator, or an empty one when all is well."""

_warnings: list[Warn] = []


def register_warning(warn: Warn) -> None:
    """Let a feature tell operators through /readyz that something waits for a human; app.py calls this."""
    if warn not in _warnings:
        _warnings.append(warn)


def init_observe(app: Flask) -> None:
    """Count and log every request; static files stay out of both."""
    app.register_blueprint(bp)
    # Before all others: what is sent on to https or refused has its id and its time too.
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.after_request(_end)


def _begin() -> None:
    g.started = time.perf_counter()
    g.request_id = request.headers.get("X-Request-ID", "")[:64] or uuid4().hex
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    response.headers["X-Request-ID"] = g.get("request_id", "")
    structlog.contextvars.clear_contextvars()
    if endpoint.endswith("static"):
        return response
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    REQUESTS.labels(endpoint, response.status_code).inc()
    DURATION.labels(endpoint).observe(seconds)
    # The path without its query: a search term or a token has no place in a log.
    log.info(
        "request",
        request_id=g.get("request_id"),
        method=request.method,
        endpoint=endpoint,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
    )
    return response


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """Database, Redis and workers, each with its state, and what waits for a human; 503 when the database is away.

    Without Redis pages work, limits count in the process and mail waits in the ledger; without a worker mail waits too. So
    those are reported, and take nobody's page away.
    """
    checks = {"database": _database(), "redis": _redis(), "worker": _worker()}
    ready = checks["database"] == "ok"
    status = "ok" if ready else "unavailable"
    return jsonify(status=status, **checks, warnings=_warn() if ready else []), 200 if ready else 503


@bp.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus, for who may have them; to others the page does not exist."""
    if not _may_read_figures():
        raise NotFound
    return Response(write_figures(reading()), content_type=CONTENT_TYPE_LATEST)


def _may_read_figures() -> bool:
    """With a token in the settings who brings it, from anywhere; without one this machine, and nobody through a proxy."""
    token = current_app.extensions["peergang_settings"].metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.remote_addr in ("127.0.0.1", "::1") and not forwarded


def _warn() -> list[str]:
    return [words for warn in _warnings if (words := warn(reading()))]


def _database() -> str:
    try:
        reading().execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return type(error).__name__
    return "ok"


def _redis() -> str:
    client: Redis = current_app.extensions["peergang_redis"]
    try:
        client.ping()
    except Exception as error:  # noqa: BLE001 whatever is wrong with it, it is not ready
        return type(error).__name__
    return "ok"


def _worker() -> str:
    try:
        beat = reading().execute(text("SELECT max(beat_at) FROM worker_heartbeat")).scalar()
    except SQLAlchemyError as error:
        return type(error).__name__
    if beat is None or clock.now() - beat > WORKER_SILENCE:
        return "silent"
    return "ok"
