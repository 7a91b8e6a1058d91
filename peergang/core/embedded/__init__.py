"""PostgreSQL and Valkey for a bare machine and for the tests: sockets only, one folder, never for production.

`start_postgres` and `start_redis` keep their data; `temporary_postgres` and `temporary_redis` throw it away again.
"""

from peergang.core.embedded.errors import EmbeddedError
from peergang.core.embedded.postgres import start_postgres
from peergang.core.embedded.server import RedisServer, Server
from peergang.core.embedded.temporary import temporary_postgres, temporary_redis
from peergang.core.embedded.valkey import start_redis

__all__ = [
    "EmbeddedError",
    "RedisServer",
    "Server",
    "start_postgres",
    "start_redis",
    "temporary_postgres",
    "temporary_redis",
]
