"""Under which account PostgreSQL runs. It refuses to run as root, so root lends it an account without rights."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from peergang.core.embedded.errors import EmbeddedError
from peergang.core.embedded.places import is_reachable

# Root's own folder for what an account without rights must reach, when our checkout lies under a private home.
SHARED_HOME = Path("/var/lib/peergang")


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that owns the data and runs the server."""

    uid: int
    gid: int

    @property
    def is_lent(self) -> bool:
        """Whether the server runs as somebody other than the caller."""
        return self.uid != os.geteuid()

    def give(self, path: Path) -> None:
        """Hand `path` itself to this account."""
        if self.is_lent:
            os.chown(path, self.uid, self.gid)

    def run(self, command: list[str], *, log: Path, cwd: Path) -> int:
        """Run `command` to its end as this account and give its exit code; it writes to `log`."""
        with log.open("ab") as output:
            return self.start(command, output=output, cwd=cwd).wait()

    def start(
        self,
        command: list[str],
        *,
        output: IO[bytes],
        cwd: Path,
        preexec_fn: Callable[[], None] | None = None,
    ) -> "subprocess.Popen[bytes]":
        """Start `command` as this account in a session of its own and give the process."""
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=_environment(),
            start_new_session=True,
            preexec_fn=preexec_fn,  # noqa: PLW1509 (a single system call)
            user=self.uid if self.is_lent else None,
            group=self.gid if self.is_lent else None,
            extra_groups=[] if self.is_lent else None,
        )


def choose_owner(data_dir: Path) -> Owner:
    """Say who shall run the server on `data_dir`: the caller, or for root the folder's owner or a system account.

    Raises:
        EmbeddedError: the data belongs to another user, or this machine has no account to lend.
    """
    found = data_dir.stat() if data_dir.exists() else None
    if os.geteuid() != 0:
        if found is not None and found.st_uid != os.geteuid():
            raise EmbeddedError(
                f"{data_dir} belongs to another user; start as that user or remove the folder."
            )
        return Owner(os.geteuid(), os.getegid())
    if found is not None and found.st_uid != 0:
        return Owner(found.st_uid, found.st_gid)
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(account.pw_uid, account.pw_gid)
    raise EmbeddedError(
        "PostgreSQL refuses to run as root and no account `nobody` exists; start as another user."
    )


def prepare_folder(data_dir: Path, owner: Owner) -> Path:
    """Make `data_dir` and give the real folder: elsewhere, behind a link, when `owner` cannot reach `data_dir`.

    The other place gets a new name each time, so that data whose link was removed is not silently taken up again.

    Raises:
        EmbeddedError: `owner` cannot reach a folder that already exists, or none can be made that it can reach.
    """
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    if not data_dir.exists() and not is_reachable(data_dir, owner.uid, owner.gid):
        data_dir.unlink(missing_ok=True)  # A link whose target was removed.
        data_dir.symlink_to(_elsewhere(data_dir))
    real = data_dir.resolve()
    real.mkdir(exist_ok=True)
    if not is_reachable(real, owner.uid, owner.gid):
        raise EmbeddedError(
            f"PostgreSQL's own account cannot reach {real}; move the checkout to a folder that every user can enter, "
            "start as another user than root, or remove that folder with its data."
        )
    real.chmod(0o700)
    owner.give(real)
    return real


def _elsewhere(data_dir: Path) -> str:
    temporary = Path(tempfile.gettempdir()).resolve()
    if data_dir.parent.resolve().is_relative_to(temporary):
        return tempfile.mkdtemp(prefix="peergang-data-")
    shared_home()
    return tempfile.mkdtemp(prefix="data-", dir=SHARED_HOME)


def shared_home() -> Path:
    """Make and give the folder that every account can reach.

    Raises:
        EmbeddedError: it cannot be made.
    """
    try:
        SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        SHARED_HOME.chmod(0o755)
    except OSError:
        raise EmbeddedError(
            f"{SHARED_HOME} cannot be made; start from a folder that every user can reach."
        ) from None
    return SHARED_HOME


def _environment() -> dict[str, str]:
    # PG* of the caller would redirect initdb and libpq; LC_* of the caller may name a locale that is not installed.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}
