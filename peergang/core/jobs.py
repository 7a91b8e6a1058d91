"""Names of background jobs, and enqueueing that happens only after the commit.

A job carries ids, never content. Losing the broker loses no work: every job is also found by a sweep over the database.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy.orm import Session

log = structlog.get_logger(__name__)

Dispatcher = Callable[[str, tuple[str, ...]], None]

QUEUE = "peergang"
"""The one queue: web and command line put jobs in, workers take them out."""


class Job(StrEnum):
    """Every background job; a house test holds this list against the tasks that the workers register."""

    NOTICES_PLAN = "notices.plan"
    NOTICES_PLAN_RULE = "notices.plan_rule"
    NOTICES_DELIVER = "notices.deliver"
    NOTICES_SWEEP = "notices.sweep"
    NOTICES_READ_MAILBOX = "notices.read_mailbox"
    NOTICES_FORGET_BOUNCES = "notices.forget_bounces"
    NOTICES_SETTLE = "notices.settle"
    NOTICES_SETTLE_ALL = "notices.settle_all"
    NOTICES_PUSH = "notices.push"
    COHORTS_START = "cohorts.start"
    COURSEWORK_CLEAN_FILES = "coursework.clean_files"
    COURSEWORK_COMPLETE_SERVED = "coursework.complete_served"
    COURSEWORK_RELEASE_LEASES = "coursework.release_leases"
    COURSEWORK_BALANCE_REVIEWS = "coursework.balance_reviews"
    COURSEWORK_SEND_HELD = "coursework.send_held"
    COURSEWORK_REPAIR_FEEDBACK = "coursework.repair_feedback"
    COHORTS_REPAIR_GROUPS = "cohorts.repair_groups"
    PROGRESS_COMPILE_DIRTY = "progress.compile_dirty"
    PROGRESS_COMPILE_ALL = "progress.compile_all"
    PROGRESS_SNAPSHOT = "progress.snapshot"
    PROGRESS_TELL_CONTACTS = "progress.tell_contacts"
    PROGRESS_EVALUATE_MARKED = "progress.evaluate_marked"
    PROGRESS_EVALUATE_ALL = "progress.evaluate_all"
    REPORTS_MAKE = "reports.make"
    REPORTS_SWEEP = "reports.sweep"
    REPORTS_CLEAN = "reports.clean"
    CERTIFICATES_ISSUE = "certificates.issue"
    CERTIFICATES_ISSUE_ALL = "certificates.issue_all"
    PRACTICE_REVIEW_DUE = "practice.review_due"
    CLEANING = "house.clean"
    WORKER_HEARTBEAT = "worker.heartbeat"


_dispatcher: Dispatcher | None = None


def use_dispatcher(dispatcher: Dispatcher | None) -> None:
    """Say who hands a job to the broker. Without one, jobs wait for the sweep, which is right for tests and the CLI."""
    global _dispatcher
    _dispatcher = dispatcher


def enqueue(session: Session, job: Job, *ids: object) -> None:
    """Remember `job` on the session; `transaction()` hands it over once the commit has succeeded. Doubles are dropped."""
    pending: dict[tuple[Job, tuple[str, ...]], None] = session.info.setdefault("jobs", {})
    pending[(job, tuple(str(one) for one in ids))] = None


def dispatch_pending(info: dict[Any, Any]) -> None:
    """Hand over what was remembered. A broker that is away is logged and not raised: the sweep repairs it."""
    pending = info.pop("jobs", {})
    if _dispatcher is None:
        return
    for job, ids in pending:
        try:
            _dispatcher(job, ids)
        except Exception as error:  # noqa: BLE001 the commit stands, whatever the broker does
            log.warning("job_not_enqueued", job=str(job), error=type(error).__name__)
