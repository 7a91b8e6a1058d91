"""Mail that came back: writing it down once, and leaving an address alone that takes no mail.

These use cases run as the platform itself, told by a mail server, a mailbox or a provider, so they take no actor; lifting a
suspension is a person's.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import and_, delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.answers import Answer
from peergang.core.errors import NotFound
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import EmailChange, SingleUseToken, User
from peergang.notifications.actions.letters import Recipient
from peergang.notifications.actions.opt_out import stop
from peergang.notifications.models import AddressSuspension, MailBounce, MailRate, Notice
from peergang.notifications.policy import can_lift_suspension
from peergang.notifications.rules import NoticeState, Urgency
from peergang.notifications.rules.bounces import (
    KEPT,
    SOFT_WINDOW,
    Bounced,
    BounceKind,
    BounceSource,
    kind_of,
    suspension_reason,
)

log = structlog.get_logger(__name__)

TEST_RULE = "address_tried"

LOCK_ADDRESS = text("SELECT pg_advisory_xact_lock(hashtextextended('bounces of ' || :address, 0))")


@dataclass(frozen=True, slots=True)
class Bounce:
    """One thing that we were told. `report` may be empty when `mail_id` is known."""

    address: str
    user_id: UUID
    kind: BounceKind
    code: str
    source: BounceSource
    mail_id: UUID | None = None
    report: str = ""


def bounce_of(person: Recipient, mail_id: UUID, answer: Answer, *, is_last: bool) -> Bounce | None:
    """What the answer of a mail server says about the address, when it says anything."""
    kind = kind_of(answer, is_last=is_last)
    if kind is None:
        return None
    return Bounce(person.email, person.id, kind, answer.code, BounceSource.SMTP, mail_id)


def record_bounce(session: Session, bounce: Bounce, *, now: datetime) -> bool:
    """Write down that a mail came back; hearing it again changes nothing. Suspends the address when it is enough
    (rules/bounces.py); a complaint stops all reminders of that person.

    Returns:
        Whether it was news.
    """
    address = bounce.address.lower()
    # Two workers that hear of one address at once would each see the other's mail missing, and nobody would count two.
    session.execute(LOCK_ADDRESS, {"address": address})
    if not _write(session, bounce, address, now):
        return False
    log.info("mail_came_back", kind=str(bounce.kind), code=bounce.code, source=str(bounce.source))
    if bounce.kind is BounceKind.COMPLAINT:
        # Who got a link by somebody's typing error complains of that person, and decides nothing for them.
        if not _is_unproved(session, address, bounce.user_id):
            stop(session, bounce.user_id, None, now=now)
    elif bounce.kind is BounceKind.POLICY:
        log.error("mail_refused_by_policy", code=bounce.code, domain=address.rpartition("@")[2])
    else:
        _suspend_when_enough(session, address, bounce.user_id, now)
    return True


def _write(session: Session, bounce: Bounce, address: str, now: datetime) -> bool:
    values = {
        "address": address,
        "user_id": bounce.user_id,
        "mail_id": bounce.mail_id,
        "report": str(bounce.mail_id) if bounce.mail_id else bounce.report,
        "kind": bounce.kind,
        "code": bounce.code,
        "source": bounce.source,
        "at": now,
    }
    statement = insert(MailBounce).values(values).on_conflict_do_nothing(constraint="uq__mail_bounce__once")
    return session.execute(statement.returning(MailBounce.id)).first() is not None


def _is_unproved(session: Session, address: str, user_id: UUID) -> bool:
    """Whether somebody only wanted this address, and never had it."""
    wanted = exists().where(SingleUseToken.user_id == user_id, SingleUseToken.address == address)
    had = exists().where(EmailChange.user_id == user_id, EmailChange.old_email == address)
    has = exists().where(User.id == user_id, func.lower(User.email) == address)
    return bool(session.scalar(select(wanted & ~had & ~has)))


def _suspend_when_enough(session: Session, address: str, user_id: UUID, now: datetime) -> None:
    rows = session.execute(
        select(MailBounce.report, MailBounce.kind, MailBounce.code, MailBounce.at > now - SOFT_WINDOW).where(
            MailBounce.address == address,
            MailBounce.forgiven_at.is_(None),
            MailBounce.kind.in_((BounceKind.HARD, BounceKind.SOFT)),
            MailBounce.at > now - KEPT,
        )
    )
    reason = suspension_reason(Bounced(*row) for row in rows)
    if not reason:
        return
    values = {"address": address, "user_id": user_id, "since": now, "reason": reason}
    statement = insert(AddressSuspension).values(values).on_conflict_do_nothing(index_elements=["address"])
    if session.execute(statement.returning(AddressSuspension.address)).first() is not None:
        log.warning("address_suspended", user=str(user_id), reason=reason)


def lift_suspension(session: Session, actor: Actor, address: str, *, now: datetime) -> None:
    """Mail to `address` again, and try it with a test mail; its owner may say that it works, and admins. What came back
    before counts no more; what comes back now counts as ever.

    Raises:
        NotFound: the address is not suspended. Forbidden: it is somebody else's.
    """
    address = address.lower()
    session.execute(LOCK_ADDRESS, {"address": address})
    row = session.get(AddressSuspension, address)
    if row is None:
        raise NotFound
    # The address may be somebody else's by now than when it was suspended.
    owner = session.scalar(select(User.id).where(func.lower(User.email) == address))
    require(can_lift_suspension(actor, owner))
    session.execute(
        update(MailBounce)
        .where(MailBounce.address == address, MailBounce.forgiven_at.is_(None))
        .values(forgiven_at=now)
        .execution_options(synchronize_session=False)
    )
    session.delete(row)
    resume_account_mail(session, owner, now=now)
    if owner is None or owner != actor.user_id:
        record_audit(session, actor, "suspension_lifted", "user", owner, now=now)
    log.info("suspension_lifted", user=str(owner), by_owner=owner == actor.user_id)
    enqueue(session, Job.NOTICES_PLAN_RULE, TEST_RULE)


def resume_account_mail(session: Session, user_id: UUID | None, *, now: datetime) -> None:
    """Queue again what was not sent to somebody because their address refused mail, and what stands nowhere on the site:
    invitations, passwords, security. Reminders they find there. Each is checked again before it goes.
    """
    held = and_(
        Notice.recipient_id == user_id,
        Notice.state == NoticeState.SUPPRESSED,
        Notice.reason == "suspended",
        Notice.urgency == Urgency.ALWAYS,
        Notice.expires_at > now,
        Notice.read_at.is_(None),
    )
    session.execute(
        update(Notice)
        .where(held)
        .values(state=NoticeState.QUEUED, reason="", finished_at=None, due_from=now),
        execution_options={"synchronize_session": False},
    )
    enqueue(session, Job.NOTICES_DELIVER)


def follow_address(session: Session, old: str, new: str, now: datetime) -> None:
    """Somebody has another address: neither is left alone any more. The old one may get what its owner must know, and that
    the new one works was seen, or is tried. Account mail that was held back goes to the new one.
    """
    for address in sorted((old, new)):
        session.execute(LOCK_ADDRESS, {"address": address})
    gone = delete(AddressSuspension).where(AddressSuspension.address.in_((old, new)))
    forgiven = update(MailBounce).where(MailBounce.address == new, MailBounce.forgiven_at.is_(None))
    for statement in (gone, forgiven.values(forgiven_at=now)):
        session.execute(statement.execution_options(synchronize_session=False))
    resume_account_mail(
        session, session.scalar(select(User.id).where(func.lower(User.email) == new)), now=now
    )


def forget_old_bounces(session: Session, *, now: datetime) -> int:
    """Remove what came back more than KEPT ago, suspensions of addresses that nobody has any more, and counts of minutes
    gone by; the platform itself does this every night.

    Returns:
        How many rows were removed.
    """
    suspended = exists().where(AddressSuspension.address == MailBounce.address)
    owned = exists().where(func.lower(User.email) == AddressSuspension.address)
    over = (
        delete(AddressSuspension).where(~owned),
        delete(MailBounce).where(MailBounce.at < now - KEPT, ~suspended),
        delete(MailRate).where(MailRate.minute < now - SOFT_WINDOW),
    )
    return sum(
        session.execute(one.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]
        for one in over
    )


def find_addressee(session: Session, mail_id: UUID, reported: str) -> tuple[UUID, str] | None:
    """Whose mail `mail_id` was and to which of their addresses, when a report says that it did not reach `reported`.

    None when we sent no such mail. A mail that was forwarded comes back from where it was forwarded to: then it is our
    reader's address that does not work. One that came back from the address they had before is about that one, unless it is
    somebody else's by now; and one that was to prove an address about that.
    """
    row = session.execute(
        select(User.id, User.email, SingleUseToken.address)
        .join(Notice, Notice.recipient_id == User.id)
        .outerjoin(SingleUseToken, SingleUseToken.id == Notice.subject_id)
        .where(Notice.mail_id == mail_id, Notice.handed_over_at.is_not(None), User.erased_at.is_(None))
        .limit(1)
    ).first()
    if row is None:
        return None
    if row.address is not None:
        return row.id, row.address
    taken = exists().where(func.lower(User.email) == func.lower(EmailChange.old_email))
    earlier = set(session.scalars(select(EmailChange.old_email).where(EmailChange.user_id == row.id, ~taken)))
    return row.id, reported.lower() if reported.lower() in earlier else row.email
