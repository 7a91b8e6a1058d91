"""Docker Compose, the Makefile and the supervisor run the same things, with every setting there is."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SETTINGS = set(
    re.findall(r'"(PEERGANG_[A-Z_]+)"', (ROOT / "peergang/core/config.py").read_text(encoding="utf-8"))
)
FOR_THE_DEMO = {"PEERGANG_CLOCK_FILE"}
IN_THE_IMAGE = {"PEERGANG_VAR"}


@pytest.mark.parametrize("name", ["web", "worker", "beat", "migrate"])
def test_every_setting_reaches_the_container(name: str) -> None:
    assert set(COMPOSE["services"][name]["environment"]) >= SETTINGS - FOR_THE_DEMO - IN_THE_IMAGE


def test_the_proxy_in_front_is_believed_for_one_hop() -> None:
    assert COMPOSE["services"]["web"]["environment"]["PEERGANG_TRUSTED_PROXIES"].endswith(":-1}")


def test_every_setting_is_explained() -> None:
    explained = set(
        re.findall(
            r"^\| `(PEERGANG_[A-Z_]+)`", (ROOT / "docs/operations.md").read_text("utf-8"), re.MULTILINE
        )
    )
    assert explained >= SETTINGS


def test_every_worker_runs_the_same_pool() -> None:
    from peergang.supervisor.programs import worker_command

    pool = ["--pool", "threads", "--concurrency", "2"]
    for command in (
        COMPOSE["services"]["worker"]["command"],
        worker_command(),
        next(
            line for line in (ROOT / "Makefile").read_text("utf-8").splitlines() if " worker --pool" in line
        ).split(),
    ):
        assert command[command.index("--pool") :][:4] == pool
