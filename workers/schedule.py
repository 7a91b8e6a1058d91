"""The whole beat table. Times of day are on the wall clock of Amsterdam.

Beat sends a job every so often whether or not the last one ran, so each entry expires after its own interval: a worker
that was away for an hour finds one sweep, not a hundred and twenty.
"""

from typing import Any

from celery.schedules import crontab

from peergang.core.jobs import Job

MINUTE = 60
HOUR = 60 * MINUTE


def _every(seconds: int, job: Job) -> dict[str, Any]:
    return {"task": str(job), "schedule": seconds, "options": {"expires": seconds}}


def _daily(hour: int, minute: int, job: Job) -> dict[str, Any]:
    return {
        "task": str(job),
        "schedule": crontab(hour=hour, minute=minute),
        "options": {"expires": 20 * HOUR},
    }


BEAT: dict[str, dict[str, Any]] = {
    # What people wait for.
    "sweep the ledger, deliver what is due": _every(30, Job.NOTICES_SWEEP),
    # Somebody pressed send ten seconds ago.
    "send the reviews that nobody took back": _every(10, Job.COURSEWORK_SEND_HELD),
    "push to browsers what is due": _every(30, Job.NOTICES_PUSH),
    "plan notices": _every(5 * MINUTE, Job.NOTICES_PLAN),
    "put messages away that are finished elsewhere": _every(2 * MINUTE, Job.NOTICES_SETTLE),
    "compile progress that changed": _every(MINUTE, Job.PROGRESS_COMPILE_DIRTY),
    "see who asks for attention where something changed": _every(3 * MINUTE, Job.PROGRESS_EVALUATE_MARKED),
    "put back what is in hand too long, and spread what waits": _every(
        2 * MINUTE, Job.COURSEWORK_RELEASE_LEASES
    ),
    # Who was asked and dropped out is replaced within a day, and after a promised term within the hour.
    "ask somebody else, hand on what the group is ready with": _every(HOUR, Job.COURSEWORK_REPAIR_FEEDBACK),
    # Also those of a worker that was killed, and those that somebody gets every week.
    "make reports that wait": _every(30, Job.REPORTS_SWEEP),
    "remove files of reports that are a week old": _every(HOUR, Job.REPORTS_CLEAN),
    "heartbeat": _every(MINUTE, Job.WORKER_HEARTBEAT),
    # A compile that found work asks for it at once; this one is for what no compile tells, and for what got lost.
    "issue certificates that were earned": _every(10 * MINUTE, Job.CERTIFICATES_ISSUE),
    # Once a day, outside two and three o'clock: in March that hour is missing, in October it comes twice.
    "start cohorts": _daily(0, 10, Job.COHORTS_START),
    "mend peer groups that became too small": _daily(4, 10, Job.COHORTS_REPAIR_GROUPS),
    # Work is due at five in the afternoon.
    "complete who has nobody left to serve": _daily(17, 10, Job.COURSEWORK_COMPLETE_SERVED),
    "ask whether examples still hold": _daily(4, 20, Job.PRACTICE_REVIEW_DUE),
    "forget what came back long ago": _daily(4, 45, Job.NOTICES_FORGET_BOUNCES),
    "put everybody's finished messages away": _daily(5, 20, Job.NOTICES_SETTLE_ALL),
    "throw away what was over a month ago": _daily(4, 40, Job.CLEANING),
    "remove files that were taken away": _daily(4, 50, Job.COURSEWORK_CLEAN_FILES),
    "compile all progress and compare": _daily(3, 30, Job.PROGRESS_COMPILE_ALL),
    "look at everybody for certificates": _daily(4, 0, Job.CERTIFICATES_ISSUE_ALL),
    # Days pass without anybody doing anything, and after the compile of the night.
    "see who asks for attention": _daily(5, 10, Job.PROGRESS_EVALUATE_ALL),
    "snapshot of progress": _daily(23, 30, Job.PROGRESS_SNAPSHOT),
    # Contacts get the figures of a week; on the other days there is nothing to do.
    "make the week ready for contacts": _daily(0, 40, Job.PROGRESS_TELL_CONTACTS),
}

MAILBOX: dict[str, dict[str, Any]] = {
    "read the mailbox of what came back": _every(5 * MINUTE, Job.NOTICES_READ_MAILBOX),
}
"""Only where there is one (PEERGANG_BOUNCE_IMAP)."""
