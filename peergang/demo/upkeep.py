"""What the platform does by itself at its moments: the jobs of its beat table, in a process without workers."""

from datetime import datetime, time, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from peergang.certificates.actions.issuing import issue_to_all
from peergang.cohorts.actions.groups import repair_groups
from peergang.core.answers import Answer, Refusal
from peergang.core.clock import at_local, local_date
from peergang.core.config import Settings
from peergang.core.db import transaction
from peergang.core.mail import MailRefused, Meanwhile, Transport, do_nothing
from peergang.core.storage import Files
from peergang.coursework.actions.attachment_cleaning import forget_removed_attachments, remove_orphans
from peergang.coursework.actions.handing_on import repair_cohort
from peergang.coursework.actions.holding import send_held_reviews
from peergang.coursework.actions.queue_care import balance_reviews, release_leases
from peergang.coursework.queries.at_work import list_cohorts_at_work
from peergang.demo.cast import BOUNCES
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.plan import plan_all
from peergang.notifications.actions.settling import settle_messages
from peergang.notifications.actions.sweep import sweep_ledger
from peergang.progress.actions.compile import compile_dirty
from peergang.progress.actions.evaluating import evaluate_all
from peergang.progress.actions.full_compile import compile_all
from peergang.progress.actions.snapshot import take_snapshot
from peergang.progress.actions.telling import tell_contacts

MOMENTS = (time(8, 5), time(17, 35), time(23, 30))
"""When the platform looks: mail goes out in the morning and at the end of the afternoon, the day ends with a snapshot."""

MORNING, EVENING = MOMENTS[0], MOMENTS[-1]
MONDAY, SUNDAY = 0, 6


class BouncingTransport:
    """A mail server that knows some addresses no more, in front of the real one."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        """Hand the message on, or refuse it for good.

        Raises:
            MailRefused: the address is one of those that bounce.
        """
        if recipient in BOUNCES:
            raise MailRefused("550 5.1.1 RCPT unknown", answer=Answer(Refusal.UNKNOWN, "5.1.1"))
        self._inner.send(sender, recipient, message, meanwhile)

    def close(self) -> None:
        """End the connection."""
        self._inner.close()


def look_after(
    engine: Engine, settings: Settings, transport: Transport, moment: datetime, *, busy: bool
) -> bool:
    """The platform's own work at a moment: groups, the queue, notices, progress, the end of the day.

    When it is not `busy` only one snapshot a week is kept. Gives whether one was taken.
    """
    day = local_date(moment)
    evening = moment >= at_local(day, EVENING)
    sunday = evening and day.weekday() == SUNDAY
    if busy or sunday:
        with transaction(engine) as session:
            look_after_coursework(session, moment)
    if busy and not evening:
        deliver(engine, settings, transport, moment)
    if busy or sunday:
        with transaction(engine) as session:
            compile_waiting(session, moment)
            if evening:
                take_snapshot(session, now=moment)
                tell_contacts(session, now=moment)
    morning = busy and moment <= at_local(day, MORNING)
    if morning:
        with transaction(engine) as session:
            repair_groups(session, now=moment)
        _clean_files(engine, settings, moment)
        compile_all(engine, now=moment)
        if day.weekday() == MONDAY:
            with transaction(engine) as session:
                evaluate_all(session, now=moment)
    if morning or sunday:
        issue_to_all(engine, settings.organisation_name, now=moment, everybody=True)
    return evening and (busy or sunday)


def look_after_coursework(session: Session, moment: datetime) -> None:
    """Send what was held, put back what was in hand too long, ask somebody else who reads, and share the queue out."""
    send_held_reviews(session, moment)
    release_leases(session, now=moment)
    for cohort_id in list_cohorts_at_work(session):
        repair_cohort(session, cohort_id, now=moment)
    balance_reviews(session, now=moment)


def deliver(engine: Engine, settings: Settings, transport: Transport, moment: datetime) -> None:
    """Plan all notices, repair the ledger and send what is due."""
    with transaction(engine) as session:
        plan_all(session, now=moment)
        sweep_ledger(session, now=moment)
    deliver_due(engine, settings, transport, now=moment, worker="demo", budget=timedelta(minutes=5))
    with transaction(engine) as session:
        settle_messages(session, now=moment, everybody=True)


def compile_waiting(session: Session, moment: datetime) -> None:
    """Compile the progress of everybody whose facts changed."""
    while compile_dirty(session, now=moment):
        pass


def _clean_files(engine: Engine, settings: Settings, moment: datetime) -> None:
    files = Files(settings.files_url)
    with transaction(engine) as session:
        gone = forget_removed_attachments(session, now=moment)
    files.delete(gone)
    with transaction(engine) as session:
        remove_orphans(session, files, now=moment)
