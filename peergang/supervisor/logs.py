"""The children's logs: one file each, kept for a few runs."""

from pathlib import Path

_KEPT_RUNS = 5


def rotate_logs(log_dir: Path) -> None:
    """Move every `name.log` to `name.log.1` and so on, and drop what is older than a few runs."""
    for log in sorted(log_dir.glob("*.log")):
        if log.stat().st_size == 0:
            continue
        for age in range(_KEPT_RUNS - 1, 0, -1):
            older = log.with_name(f"{log.name}.{age}")
            if older.exists():
                older.replace(log.with_name(f"{log.name}.{age + 1}"))
        log.replace(log.with_name(f"{log.name}.1"))
