"""Reading the mailbox that bounces come to: delivery reports, complaints, and mails that ask to stop.

Nothing in it is believed because of who says to have sent it: a report counts when it names a mail of ours, whose id nobody
can guess, and then it can only be about who got that mail.
"""

from collections import Counter
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.db import Bind, transaction
from peergang.core.imap import ImapMailbox, Mailbox, MailboxAway
from peergang.notifications.actions.bounces import Bounce, find_addressee, record_bounce
from peergang.notifications.actions.message import split_address
from peergang.notifications.actions.stop_by_mail import handle_unsubscribe_mail
from peergang.notifications.rules.bounces import COMPLAINED, BounceKind, BounceSource, kind_of
from peergang.notifications.rules.returned import Returned, read_returned

log = structlog.get_logger(__name__)

AT_ONCE = 200
"""Messages that one run reads; the next run takes the next."""

LARGEST = 256 * 1024
"""Bytes of a message that are looked at: what we ask for stands before the mail that is returned with it."""


def visit_mailbox(bind: Bind, settings: Settings, *, now: datetime) -> Counter[str]:
    """Read the mailbox of the settings, if there is one. One that cannot be read is logged, and tried again the next time."""
    if not settings.bounce_imap:
        return Counter()
    try:
        mailbox = ImapMailbox(settings.bounce_imap, settings.bounce_password)
        try:
            return read_mailbox(bind, settings, mailbox, now=now)
        finally:
            mailbox.close()
    except MailboxAway as error:
        log.warning("mailbox_away", reason=str(error))
        return Counter()


def read_mailbox(bind: Bind, settings: Settings, mailbox: Mailbox, *, now: datetime) -> Counter[str]:
    """Read what nobody has seen in the mailbox and act on it; the platform itself does this every few minutes.

    A message is marked as seen after what it told is committed, so that one of which we are not sure is read again;
    reading one twice changes nothing. Rubbish is marked as well, or it would be in the way for ever.

    Returns:
        What the messages were: stopped, complaint, came_back, ignored, unreadable.

    Raises:
        MailboxAway: the mailbox broke off; what was read before is done.
    """
    counts: Counter[str] = Counter()
    for name in mailbox.list_unseen(AT_ONCE):
        raw = mailbox.read(name, LARGEST)
        counts[_take(bind, settings, raw, now)] += 1
        mailbox.mark_seen(name)
    if counts:
        log.info("mailbox_read", **counts)
    return counts


def _take(bind: Bind, settings: Settings, raw: bytes, now: datetime) -> str:
    sender = split_address(settings.mail_from)[1]
    try:
        returned = read_returned(raw, sender.rpartition("@")[2])
    except Exception as error:  # noqa: BLE001 whatever strangers write must not keep the rest from being read
        log.warning("mail_unreadable", error=type(error).__name__)
        return "unreadable"
    with transaction(bind) as session:
        return take_returned(session, settings, returned, now=now)


def take_returned(session: Session, settings: Settings, returned: Returned, *, now: datetime) -> str:
    """Act on one message: stop what its address says, or write down that a mail came back. Gives what it was."""
    stopped = [
        handle_unsubscribe_mail(session, address, now, secret_key=settings.secret_key)
        for address in returned.addressed
    ]
    if any(stopped):
        return "stopped"
    if returned.complaint:
        return "complaint" if _complain(session, returned, now) else "ignored"
    # Out of office, a receipt, or somebody who answers a sender that nobody reads.
    return "came_back" if _come_back(session, returned, now) else "ignored"


def _complain(session: Session, returned: Returned, now: datetime) -> bool:
    for mail_id in returned.mail_ids:
        found = find_addressee(session, mail_id, "")
        if found is not None:
            user_id, address = found
            bounce = Bounce(address, user_id, BounceKind.COMPLAINT, COMPLAINED, BounceSource.MAILBOX, mail_id)
            record_bounce(session, bounce, now=now)
            return True
    return False


def _come_back(session: Session, returned: Returned, now: datetime) -> bool:
    known = False
    for reported, answer in returned.failed:
        kind = kind_of(answer)
        for mail_id in returned.mail_ids:
            found = find_addressee(session, mail_id, reported)
            if found is None:
                continue
            known = True
            if kind is not None:
                user_id, address = found
                bounce = Bounce(address, user_id, kind, answer.code, BounceSource.MAILBOX, mail_id)
                record_bounce(session, bounce, now=now)
            break
    return known
