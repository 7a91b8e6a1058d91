"""The database and Redis: the embedded ones, unless the environment names others."""

from dataclasses import dataclass

from peergang.core.embedded import start_postgres, start_redis
from peergang.supervisor.options import Options
from peergang.supervisor.program import Running
from peergang.supervisor.supervise import Child


@dataclass(slots=True)
class Services:
    """The children to run for the database and Redis, and the addresses under which the others find them."""

    children: list[Child]
    database_url: str
    redis_url: str


def prepare_services(options: Options) -> Services:
    """Say which servers of our own are needed. The addresses of ours are known once they have been started."""
    services = Services(
        [], options.environ.get("PEERGANG_DATABASE_URL", ""), options.environ.get("PEERGANG_REDIS_URL", "")
    )

    def start_database() -> Running:
        server = start_postgres(options.var / "postgres", log_file=options.log_dir / "postgres.log")
        services.database_url = server.url
        return server

    def start_broker() -> Running:
        server = start_redis(options.var / "valkey", log_file=options.log_dir / "valkey.log")
        services.redis_url = server.url
        return server

    if not services.database_url:
        services.children.append(Child("database", start_database, options.log_dir / "postgres.log"))
    if not services.redis_url:
        services.children.append(Child("Redis server", start_broker, options.log_dir / "valkey.log"))
    return services
