"""Another e-mail address: the change itself, and how somebody changes their own.

Whoever has the address can ask a new password, and so has the account. That is why a link that proves a mailbox changes
nothing by itself: it works for who is signed in as the person that asked for it, in any browser. A typing error then gives
a stranger a mail, and no account.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import Actor, require
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.links import close_links
from peergang.identity.actions.security import lock_user
from peergang.identity.actions.signing_in import hash_token
from peergang.identity.models import EmailChange, SingleUseToken, User
from peergang.identity.policy import can_change_account
from peergang.identity.queries import find_open_token
from peergang.identity.queries.addresses import find_wanted_address
from peergang.identity.rules import PROOF_INTERVAL, TOKEN_LIFETIME, TokenPurpose, is_email, normal_email

CHANGED, PROOF = "address_changed", "address_proof"
MY_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('address of ' || :user_id, 0))")

AddressChanged = Callable[[Session, str, str, datetime], None]
"""Called with the old address, the new one and the moment, inside the transaction in which somebody's address changes."""

_when_changed: list[AddressChanged] = []


def when_address_changed(callback: AddressChanged) -> None:
    """Let a higher feature follow who has another address. Whoever starts a process with actions calls this."""
    if callback not in _when_changed:
        _when_changed.append(callback)


def want_address(session: Session, actor: Actor, user_id: UUID, email: str, *, now: datetime) -> None:
    """Ask for a link to an address that is to become one's own; everybody their own. An earlier wish is over.

    The answer is the same when somebody else has the address: what is mailed there then tells its owner so, and no link.
    Asking for the same address twice within a minute is asking once.

    Raises:
        Forbidden: for another person.
        Invalid: {"email": "email_shape" | "email_same"}.
    """
    require(can_change_account(actor, user_id))
    address = normal_email(email)
    if not is_email(address):
        raise Invalid({"email": "email_shape"})
    _hold_links(session, user_id)
    if lock_user(session, user_id).email == address:
        raise Invalid({"email": "email_same"})
    wanted = find_wanted_address(session, user_id, now)
    if wanted is not None and wanted.address == address and wanted.requested_at > now - PROOF_INTERVAL:
        return
    _close_wishes(session, user_id, now)
    purpose = TokenPurpose.ADDRESS_PROOF
    until = now + TOKEN_LIFETIME[purpose]
    session.add(
        SingleUseToken(user_id=user_id, purpose=purpose, address=address, requested_at=now, expires_at=until)
    )
    session.flush()
    record_audit(session, actor, "address_wanted", "user", user_id, now=now)
    enqueue(session, Job.NOTICES_PLAN_RULE, PROOF)


def want_address_again(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> str:
    """Ask for a new link to the address that waits for its proof; the earlier one stops working. Gives the address.

    Raises:
        Forbidden: for another person. NotFound: when none waits (any more).
    """
    require(can_change_account(actor, user_id))
    wanted = find_wanted_address(session, user_id, now)
    if wanted is None:
        raise NotFound
    address: str = wanted.address
    want_address(session, actor, user_id, address, now=now)
    return address


def give_up_address(session: Session, actor: Actor, user_id: UUID, *, now: datetime) -> None:
    """Take the wish for another address back: its link stops working. Without one nothing happens; everybody their own.

    Raises:
        Forbidden: for another person.
    """
    require(can_change_account(actor, user_id))
    _hold_links(session, user_id)
    if _close_wishes(session, user_id, now):
        record_audit(session, actor, "address_given_up", "user", user_id, now=now)


def confirm_address(session: Session, actor: Actor, secret: str, *, now: datetime) -> str:
    """Have the address to which the link was mailed, as who asked for it. Signed-in browsers and accounts of institutions
    stay; links that were mailed to the old address stop working, and both addresses are told. Gives the new address.

    Raises:
        Conflict: `token_gone` when the link is unknown, used or expired, `other_account` when somebody else asked for it,
            `address_taken` when the address became somebody else's.
    """
    require(actor.user_id is not None)
    assert actor.user_id is not None
    _hold_links(session, actor.user_id)
    found = find_open_token(session, hash_token(secret), TokenPurpose.ADDRESS_PROOF, now)
    if found is None or found[0].address is None:
        raise Conflict("token_gone")
    if found[0].user_id != actor.user_id:
        raise Conflict("other_account")
    address = found[0].address
    user = lock_user(session, actor.user_id)
    if not move_address(session, actor, user, address, now=now):
        raise Conflict("address_taken")
    record_audit(session, actor, "own_address_changed", "user", user.id, now=now)
    return address


def move_address(session: Session, actor: Actor, user: User, address: str, *, now: datetime) -> bool:
    """Let somebody have another address, after the caller's own policy and with their row locked. What was mailed to the
    old one opens nothing any more. Gives False, and changes nothing, when somebody else has it.
    """
    session.flush()
    old = user.email
    try:
        with session.begin_nested():
            user.email = address
    except IntegrityError:
        return False
    session.add(EmailChange(user_id=user.id, old_email=old, changed_at=now, changed_by_id=actor.user_id))
    close_links(session, user.id, now=now)
    for callback in _when_changed:
        callback(session, old, address, now)
    enqueue(session, Job.NOTICES_PLAN_RULE, CHANGED)
    return True


def _hold_links(session: Session, user_id: UUID) -> None:
    """Let two clicks of somebody come one after the other, and hold their open links: before their row, as every use of a
    link does. Only the turn makes that safe. Who waits for the row without it has not seen the link that was made meanwhile.
    """
    session.execute(MY_TURN, {"user_id": str(user_id)})
    session.scalars(
        select(SingleUseToken.id)
        .where(SingleUseToken.user_id == user_id, SingleUseToken.used_at.is_(None))
        .order_by(SingleUseToken.id)
        .with_for_update()
    ).all()


def _close_wishes(session: Session, user_id: UUID, now: datetime) -> bool:
    """End what waits for its proof. Gives whether there was something."""
    closed = session.scalars(
        update(SingleUseToken)
        .where(
            SingleUseToken.user_id == user_id,
            SingleUseToken.purpose == TokenPurpose.ADDRESS_PROOF,
            SingleUseToken.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(SingleUseToken.expires_at)
    ).all()
    return any(until > now for until in closed)
