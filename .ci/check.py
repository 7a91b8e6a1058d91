"""`make check`: every check that is not a test, one after the other, each with its name and time.

All of them run, so that one look tells everything that is wrong.
"""

import subprocess
import sys
import time

PYTHON = (sys.executable,)
# The formatter damages the templates of the other folders (docs/decisions/0013).
FORMATTED = (
    "certificates",
    "cohorts",
    "discussion",
    "email",
    "identity",
    "layout",
    "notifications",
    "pages",
    "privacy",
    "profiles",
    "reminders",
    "reports",
)
CHECKS = {
    "ruff": (*PYTHON, "-m", "ruff", "check", "."),
    "format": (*PYTHON, "-m", "ruff", "format", "--check", "."),
    "types": (*PYTHON, "-m", "mypy"),
    "import contracts": (*PYTHON, "-c", "from importlinter.cli import lint_imports_command as run; run()"),
    "template style": (*PYTHON, "-m", "djlint", "peergang/templates", "--lint", "--quiet"),
    "template format": (
        *PYTHON,
        "-m",
        "djlint",
        *(f"peergang/templates/{name}" for name in FORMATTED),
        "--check",
        "--quiet",
    ),
    "migrations": (*PYTHON, ".ci/migrations.py"),
    "translations": (*PYTHON, ".ci/translations.py"),
    "content": (*PYTHON, "-m", "peergang.cli", "content", "check"),
}


def main() -> int:
    """Run every check and give 1 when one of them failed."""
    failed = []
    for name, command in CHECKS.items():
        started = time.monotonic()
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        seconds = time.monotonic() - started
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name:<18} {seconds:5.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout, flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
