"""An app that shows codes of six digits (RFC 6238), for who has no passkey. The secret is stored sealed."""

from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid
from peergang.core.permissions import Actor, require
from peergang.core.sealing import Seal, Unreadable
from peergang.identity.actions.security import (
    forget_codes_of_nothing,
    keep_one_factor,
    lock_user,
    tell_owner,
)
from peergang.identity.models import Totp
from peergang.identity.policy import can_change_account
from peergang.identity.queries.factors import find_totp
from peergang.identity.rules.second_factor import normal_code

STEP = 30
DIGITS = 6
NEIGHBOURS = (0, -1, 1)
"""A clock may be half a minute off, and typing takes a while."""


def start_totp(session: Session, actor: Actor, user_id: UUID, seal: Seal, *, now: datetime) -> None:
    """Make a secret that waits for its first code; everybody their own. A secret that waited before is replaced.

    Raises:
        Forbidden: for another person.
        Conflict: `totp_exists` when there is a confirmed one.
    """
    require(can_change_account(actor, user_id))
    lock_user(session, user_id)
    if find_totp(session, user_id, confirmed=True) is not None:
        raise Conflict("totp_exists")
    values = {"secret": seal.close(pyotp.random_base32().encode(), user_id.bytes), "created_at": now}
    session.execute(
        insert(Totp)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(index_elements=[Totp.user_id], set_=values)
    )


def read_waiting_secret(session: Session, actor: Actor, user_id: UUID, seal: Seal) -> str | None:
    """The secret that waits for its first code, to be shown to its owner; None when there is none.

    Raises:
        Forbidden: for another person.
    """
    require(can_change_account(actor, user_id))
    totp = find_totp(session, user_id, confirmed=False)
    return None if totp is None else _open(totp, seal)


def confirm_totp(
    session: Session, actor: Actor, user_id: UUID, code: str, seal: Seal, *, now: datetime
) -> None:
    """Switch the second step on, with a code from the app that proves that it works; everybody their own.

    Raises:
        Forbidden: for another person.
        Conflict: `totp_gone` when no secret waits.
        Invalid: {"code": "code_wrong"}.
    """
    require(can_change_account(actor, user_id))
    lock_user(session, user_id)
    totp = find_totp(session, user_id, confirmed=False)
    if totp is None:
        raise Conflict("totp_gone")
    step = _matching_step(totp, code, seal, now)
    if step is None:
        raise Invalid({"code": "code_wrong"})
    totp.confirmed_at, totp.last_step = now, step
    session.flush()
    tell_owner(session, actor, "totp_added", user_id, now=now)


def remove_totp(session: Session, actor: Actor, user_id: UUID, *, demanded: bool, now: datetime) -> None:
    """Switch the second step off; everybody their own. `demanded`: this installation wants one of who has a duty.

    Raises:
        Forbidden: for another person.
        Conflict: `last_factor` when they must have one and have no passkey; `totp_gone` when there is none.
    """
    require(can_change_account(actor, user_id))
    lock_user(session, user_id)
    if find_totp(session, user_id, confirmed=True) is None:
        raise Conflict("totp_gone")
    keep_one_factor(session, user_id, demanded=demanded)
    session.execute(delete(Totp).where(Totp.user_id == user_id))
    forget_codes_of_nothing(session, user_id)
    tell_owner(session, actor, "totp_removed", user_id, now=now)


def check_totp(session: Session, user_id: UUID, code: str, seal: Seal, *, now: datetime) -> bool:
    """Whether `code` is what their app shows now. A code works once, and none works that is older than the last used."""
    totp = find_totp(session, user_id, confirmed=True)
    step = None if totp is None else _matching_step(totp, code, seal, now)
    if step is None:
        return False
    # Two windows may bring the same code at once: the row lets one of them through.
    taken = session.execute(
        update(Totp)
        .where(Totp.user_id == user_id, Totp.last_step < step)
        .values(last_step=step)
        .returning(Totp.user_id)
        .execution_options(synchronize_session=False)
    ).first()
    return taken is not None


def _matching_step(totp: Totp, code: str, seal: Seal, now: datetime) -> int | None:
    digits, secret = normal_code(code), _open(totp, seal)
    if secret is None or len(digits) != DIGITS:
        return None
    present = int(now.timestamp()) // STEP
    generator = pyotp.TOTP(secret, digits=DIGITS, interval=STEP)
    steps = [present + distance for distance in NEIGHBOURS]
    found = [step for step in steps if pyotp.utils.strings_equal(generator.generate_otp(step), digits)]
    return found[0] if found else None


def _open(totp: Totp, seal: Seal) -> str | None:
    try:
        return seal.open(totp.secret, totp.user_id.bytes).decode()
    except Unreadable:
        # The installation has another secret now: the codes stop working, and an administrator can remove the step.
        return None
