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
    in_memory = settings.env == "test"
    app.config.update(
        RATELIMIT_STORAGE_URI="memory://" if in_memory else url,
        RATELIMIT_STORAGE_OPTIONS={} if in_memory else {"socket_connect_timeout": 1, "socket_timeout": 1},
        # The same limits hold without Redis. A limit given here instead would count for every page of the site.
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        # Redis may go between looking and counting; then one attempt is not counted, and the page still comes.
        RATELIMIT_SWALLOW_ERRORS=True,
        RATELIMIT_HEADERS_ENABLED=False,
        RATELIMIT_KEY_PREFIX="peergang",
    )
    limiter.init_app(app)
