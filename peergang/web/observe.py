"""What operators see: a request id in every log line, counters for Prometheus, and the two health pages."""

import time
from datetime import timedelta
from uuid import uuid4

import structlog
from flask import Blueprint, Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from redis import Redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from peergang.core import clock
from peergang.web.database import reading
from peergang.web.gate import public

REQUESTS = Counter("peergang_requests_total", "Requests by endpoint and status.", ["endpoint", "status"])
DURATION = Histogram("peergang_request_seconds", "Time to answer by endpoint.", ["endpoint"])
WORKER_SILENCE = timedelta(minutes=5)

log = structlog.get_logger("peergang.request")
bp = Blueprint("observe", __name__)


def init_observe(app: Flask) -> None:
    """Count and log every request; static files stay out of both."""
    app.register_blueprint(bp)
    app.before_request(_begin)
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
    """Database, Redis and workers, each with its state; 503 when the database or Redis is away.

    A silent worker is reported and does not take the site down: pages work, and mail waits in the ledger.
    """
    checks = {"database": _database(), "redis": _redis(), "worker": _worker()}
    ready = checks["database"] == "ok" and checks["redis"] == "ok"
    return jsonify(status="ok" if ready else "unavailable", **checks), 200 if ready else 503


@bp.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus; docs/operations.md says how to keep the address inside."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _database() -> str:
    try:
        reading().execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return type(error).__name__
    return "ok"


def _redis() -> str:
    from flask import current_app

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
