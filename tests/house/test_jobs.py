"""Jobs, tasks and the beat table agree: nothing can be enqueued that nobody runs, and beat knows only real jobs."""

import ast
from pathlib import Path

import pytest
from celery import Celery
from celery.schedules import crontab

from peergang.core.jobs import QUEUE, Job
from tests.house.sources import nodes_of
from workers.app import LONGEST

ROOT = Path(__file__).parents[2]
TASKS = sorted(path for path in (ROOT / "workers" / "tasks").glob("*.py") if path.stem != "__init__")


def test_every_job_is_a_task_and_every_task_a_job(celery: Celery) -> None:
    registered = {name for name in celery.tasks if not name.startswith("celery.")}
    assert registered == {str(job) for job in Job}


def test_beat_knows_only_jobs(celery: Celery) -> None:
    beat = celery.conf.beat_schedule
    assert {entry["task"] for entry in beat.values()} <= {str(job) for job in Job}
    assert all("expires" in entry["options"] for entry in beat.values()), (
        "a worker that was away finds no pile"
    )


def test_what_has_a_time_of_day_avoids_the_hours_of_the_clock_change(celery: Celery) -> None:
    for name, entry in celery.conf.beat_schedule.items():
        if isinstance(entry["schedule"], crontab):
            assert not entry["schedule"].hour & {2}, name
    assert celery.conf.timezone == "Europe/Amsterdam"


def test_messages_carry_json_over_one_queue(celery: Celery) -> None:
    conf = celery.conf
    assert (conf.task_serializer, conf.accept_content, conf.task_ignore_result) == ("json", ["json"], True)
    assert [queue.name for queue in conf.task_queues] == [conf.task_default_queue] == [QUEUE]
    assert conf.task_queues[0].exchange.name == conf.task_default_exchange == ""
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1


def test_a_lost_message_comes_back_soon_and_no_running_task_twice(celery: Celery) -> None:
    options = celery.conf.broker_transport_options
    assert options["visibility_timeout"] > LONGEST
    assert celery.conf.task_time_limit is celery.conf.task_soft_time_limit is None, (
        "no mail is cut off halfway"
    )
    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] <= 10


def test_beat_leaves_no_file_in_the_checkout(celery: Celery) -> None:
    assert not Path(celery.conf.beat_schedule_filename).resolve().is_relative_to(ROOT)


@pytest.mark.parametrize("path", TASKS, ids=lambda path: path.stem)
def test_tasks_only_call_actions(path: Path) -> None:
    """A task turns an id into a call: under ten statements, no eta, no retry, no commit."""
    source = path.read_text(encoding="utf-8")
    for word in ("eta=", "countdown=", ".retry(", "select("):
        assert word not in source
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert sum(isinstance(one, ast.stmt) for one in ast.walk(node)) <= 9, node.name


@pytest.mark.slow
def test_no_application_code_knows_the_workers() -> None:
    for path in (ROOT / "peergang").rglob("*.py"):
        for node in nodes_of(path):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "workers"], path
