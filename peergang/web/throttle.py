"""Limits on how often something may be tried. The counters live in Redis; when Redis is away they live in this process."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from peergang.core.config import Settings
from peergang.web.broker import SOCKET, redis_py_url

limiter = Limiter(key_func=get_remote_address, default_limits=[])


def init_throttle(app: Flask, settings: Settings) -> None:
    """Attach the limiter to `app`."""
    url = settings.redis_url
    if url.startswith(SOCKET):
        url = redis_py_url(url).replace("unix://", "redis+unix://", 1)
    app.config.update(
        RATELIMIT_STORAGE_URI="memory://" if settings.env == "test" else url,
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_IN_MEMORY_FALLBACK=["10 per minute"],
        RATELIMIT_HEADERS_ENABLED=False,
        RATELIMIT_KEY_PREFIX="peergang",
    )
    limiter.init_app(app)
