"""What one run of the supervisor is told, and what its children find in their environment."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from peergang.supervisor.errors import UpError

_CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Options:
    """Where Peergang runs, where its data lies and on which address it answers."""

    root: Path
    var: Path
    host: str
    port: int
    environ: Mapping[str, str]

    @property
    def address(self) -> str:
        """The address a browser on this machine opens."""
        host = self.browsable_host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def browsable_host(self) -> str:
        """The host for a client on this machine: "every address" is no address to connect to."""
        return "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 (compared, not bound)

    @property
    def run_dir(self) -> Path:
        """The folder for pid files and the like, worthless after a stop."""
        return self.var / "run"

    @property
    def log_dir(self) -> Path:
        """The folder with one log per child."""
        return self.var / "log"


def read_options(
    environ: Mapping[str, str] | None = None, host: str | None = None, port: int | None = None
) -> Options:
    """Read PEERGANG_VAR, PEERGANG_HOST and PEERGANG_PORT; what the caller gives goes first.

    Raises:
        UpError: the port is not a number between 1 and 65535.
    """
    values = os.environ if environ is None else environ
    root = _CHECKOUT if (_CHECKOUT / "alembic.ini").exists() else Path.cwd()
    var = Path(values.get("PEERGANG_VAR") or root / "var").absolute()
    given = str(port) if port is not None else values.get("PEERGANG_PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise UpError(f"PEERGANG_PORT is {given!r}; give a number between 1 and 65535.")
    return Options(root, var, host or values.get("PEERGANG_HOST") or "127.0.0.1", int(given), values)


def child_environment(options: Options, database_url: str, redis_url: str) -> dict[str, str]:
    """Give the environment of every child: the caller's, completed where nothing was said."""
    environment = dict(options.environ)
    # Compiled modules save half a second at every start, whatever the caller's shell prefers.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= {"PEERGANG_VAR": str(options.var), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    environment |= {"PEERGANG_DATABASE_URL": database_url, "PEERGANG_REDIS_URL": redis_url}
    defaults = {
        "PEERGANG_ENV": "demo",
        "PEERGANG_PUBLIC_URL": options.address,
        "PEERGANG_MAIL_URL": f"file:{options.var / 'mail'}",
        "PEERGANG_CLOCK_FILE": str(options.var / "clock-offset"),
        # Glibc otherwise keeps an arena per thread, which costs tens of megabytes over our few processes.
        "MALLOC_ARENA_MAX": "2",
    }
    for name, value in defaults.items():
        if not environment.get(name):
            environment[name] = value
    if not environment.get("PEERGANG_SECRET_KEY"):
        environment["PEERGANG_SECRET_KEY"] = secret_key(options.var / "secret-key")
    if "PEERGANG_PUSH_KEY" not in environment:
        environment["PEERGANG_PUSH_KEY"] = secret_key(options.var / "push-key", _make_push_key)
    return environment


def _make_push_key() -> str:
    """32 random bytes as base64url: a private key, as core/web_push.py reads it."""
    return secrets.token_urlsafe(32)


def secret_key(path: Path, make: Callable[[], str] | None = None) -> str:
    """Give the secret kept in `path`, made at the first call and readable by its owner alone."""
    kept = path.read_text(encoding="ascii").strip() if path.exists() else ""
    if not kept:
        kept = make() if make else secrets.token_hex(32)
        unfinished = path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(kept + "\n")
        unfinished.replace(path)
    return kept
