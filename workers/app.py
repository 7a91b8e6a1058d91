"""The Celery application: how jobs travel. What they do stands in tasks/, when they start in schedule.py.

A message is a name and ids in JSON. The truth is in PostgreSQL: a task that ran twice, late or never is repaired by the
guards of its action and by the sweep, so nothing here needs a result backend, an ETA or a retry of Celery's own.
"""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready, worker_shutting_down

from peergang.core.jobs import Job
from peergang.core.logs import configure_logging
from peergang.web.broker import ROUTING
from workers import process, schedule

TASKS = (
    "workers.tasks.bounces",
    "workers.tasks.certificates",
    "workers.tasks.cleaning",
    "workers.tasks.cohorts",
    "workers.tasks.coursework",
    "workers.tasks.notices",
    "workers.tasks.practice",
    "workers.tasks.progress",
    "workers.tasks.reports",
    "workers.tasks.risks",
    "workers.tasks.worker",
)

LONGEST = 120
"""Seconds that a task takes at most, by its own watch. Every installation runs the thread pool, where Celery ends nothing;
and that is right: a limit that cuts off a mail halfway would leave everybody in doubt about it.
"""

BROKER_OPTIONS = {
    # A message that a killed worker had taken comes back after this time, so it must exceed the longest task. It would
    # not need to: everything is guarded in PostgreSQL, and the sweep starts the same work within half a minute.
    "visibility_timeout": 2 * LONGEST,
    # By default kombu looks for lost messages once in 100 seconds (interval × throttle); this makes it every 5.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
}


def _configuration() -> dict[str, Any]:
    """Everything Celery is told, read at the first use: importing this module needs no environment."""
    settings = process.settings()
    return {
        "broker_url": settings.redis_url,
        "broker_transport_options": BROKER_OPTIONS,
        "broker_connection_retry_on_startup": True,
        **ROUTING,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_store_errors_even_if_ignored": False,
        # A task is finished when it has ended, not when it was taken: a killed worker's task runs again.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_enable_remote_control": False,
        "worker_send_task_events": False,
        "timezone": "Europe/Amsterdam",
        "enable_utc": True,
        "beat_schedule": schedule.BEAT | (schedule.MAILBOX if settings.bounce_imap else {}),
        "beat_schedule_filename": str(_beat_memory()),
        "beat_max_loop_interval": 10,
    }


def _beat_memory() -> Path:
    """Where beat remembers what ran last, so that a nightly job is made up for after a restart; never in the checkout."""
    folder = Path(os.environ.get("PEERGANG_VAR", "var")) / "run"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "beat-schedule"


app = Celery("peergang", include=TASKS, set_as_current=True)
app.add_defaults(_configuration)


def send(job: str, ids: tuple[str, ...]) -> None:
    """Hand a job to the broker; what the tasks themselves enqueue goes this way after their commit."""
    app.send_task(job, args=ids, retry=False)


@setup_logging.connect
def _configure_logging(**_: object) -> None:
    configure_logging(process.settings().log_format)


@worker_ready.connect
def _first_heartbeat(**_: object) -> None:
    """Show /readyz a living worker at once instead of at beat's next minute, and pick up what waited."""
    for job in (Job.WORKER_HEARTBEAT, Job.NOTICES_SWEEP):
        send(job, ())


@worker_shutting_down.connect
def _stop_long_runs(**_: object) -> None:
    process.stopping.set()
