"""Limits on how often something may be tried. The counters live in Redis; when Redis is away they live in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address, ip_network
from time import perf_counter, sleep

from flask import Flask, request
from flask_limiter import Limiter

from peergang.core.config import Settings
from peergang.web.broker import SOCKET, redis_py_url
from peergang.web.viewer import current_actor

ONE_CONNECTION = 64
"""Bits of an IPv6 address that a provider gives to a connection, which may take any of the rest as often as it likes."""


def whose_connection() -> str:
    """What an attempt counts for when nobody is known: an IPv4 address, or everything behind one IPv6 connection."""
    told = request.remote_addr or "127.0.0.1"
    try:
        found = ip_address(told.partition("%")[0])
    except ValueError:
        return told
    if not isinstance(found, IPv6Address):
        return told
    return str(found.ipv4_mapped or ip_network((found, ONE_CONNECTION), strict=False))


limiter = Limiter(key_func=whose_connection, default_limits=[])

costly = limiter.shared_limit(
    "30 per minute", scope="costly", key_func=lambda: f"costly:{current_actor().user_id}"
)
"""Decorates what takes the work of a hundred pages, such as a document: all of it together, for each person. Nobody reads that
many in a minute; a script asks for them, and everybody else waits.
"""

EVEN = 0.1
"""Seconds: several times what the work inside `even` takes."""


@contextmanager
def even() -> Iterator[None]:
    """Let what is inside take as long whatever it finds. For an address that somebody has there is more to look up and write:
    some milliseconds, which told anybody who has an account here.
    """
    began = perf_counter()
    try:
        yield
    finally:
        sleep(max(0.0, EVEN - (perf_counter() - began)))


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
