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


def test_the_image_is_built_once_and_asked_of_no_registry() -> None:
    ours = {name: one for name, one in COMPOSE["services"].items() if one["image"].startswith("peergang:")}
    assert [name for name, one in ours.items() if "build" in one] == ["migrate"]
    assert {one["pull_policy"] for one in ours.values()} == {"never"}


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_no_log_fills_the_disk(name: str) -> None:
    assert {"max-size", "max-file"} <= set(COMPOSE["services"][name]["logging"]["options"])


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_writes_no_banner_into_a_log_of_json(name: str) -> None:
    command = COMPOSE["services"][name]["command"]
    # An option of celery itself, so it stands before the name of what celery runs.
    assert "--quiet" in command[: command.index(name)]


def test_the_image_gets_what_is_named_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if not line.startswith("#")]
    named = [rule[1:] for rule in rules if rule.startswith("!")]
    assert rules[0] == "*"
    assert "requirements/production.txt" in named
    assert not [name for name in named if not (ROOT / name).exists() or name in {"requirements", "tests"}]


def test_the_command_that_the_documentation_names_is_in_the_image() -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8")
    assert "chmod 755 /opt/venv/bin/peergang" in image
    assert re.search(r"^ENV PATH=/opt/venv/bin:", image, re.MULTILINE)
    assert "peergang migrate" in COMPOSE["services"]["migrate"]["command"][-1]


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
