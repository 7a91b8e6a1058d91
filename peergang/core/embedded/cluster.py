"""The data folder of PostgreSQL: made once by initdb, checked at every later start."""

import shutil
from pathlib import Path

from peergang.core.embedded.binaries import major_version
from peergang.core.embedded.errors import EmbeddedError
from peergang.core.embedded.owner import Owner

_FIRST_WITH_OWN_LOCALES = 17


def make_cluster(real: Path, owner: Owner, programs: Path, log: Path) -> None:
    """Make `real`/pgdata unless it is there; under another name first, so that a killed initdb never looks whole.

    Raises:
        EmbeddedError: initdb fails, or the data is of another version.
    """
    if (real / "pgdata" / "PG_VERSION").exists():
        _check_version(real / "pgdata", programs)
        return
    unfinished = real / "pgdata.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    owner.give(unfinished)
    command = [
        str(programs / "initdb"),
        "-D",
        str(unfinished),
        "-U",
        "peergang",
        "--auth=trust",
        "--encoding=UTF8",
    ]
    if owner.run([*command, "--no-sync", *_locale_options(programs)], log=log, cwd=real) != 0:
        raise EmbeddedError(
            f"PostgreSQL could not make its data folder; the reason stands at the end of {log}."
        )
    unfinished.rename(real / "pgdata")


def _locale_options(programs: Path) -> list[str]:
    # From 17 on PostgreSQL brings its own UTF-8 rules, which are the same on every machine.
    if major_version(programs / "postgres") >= _FIRST_WITH_OWN_LOCALES:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


def _check_version(pgdata: Path, programs: Path) -> None:
    made_by = (pgdata / "PG_VERSION").read_text(encoding="ascii").strip()
    present = major_version(programs / "postgres")
    if made_by != str(present):
        raise EmbeddedError(
            f"{pgdata} was made by PostgreSQL {made_by} and this is {present}; restore a backup into a new folder "
            f"or install PostgreSQL {made_by}."
        )


def forget_dead_postmaster(pgdata: Path) -> None:
    """Remove a pid file whose number now belongs to another program, which PostgreSQL would mistake for itself."""
    pid_file = pgdata / "postmaster.pid"
    try:
        pid = int(pid_file.read_text(encoding="ascii").splitlines()[0])
        works_here = Path(f"/proc/{pid}/cwd").resolve() == pgdata.resolve()
    except (OSError, ValueError, IndexError):
        return
    if Path("/proc/self").exists() and not works_here:
        pid_file.unlink(missing_ok=True)
