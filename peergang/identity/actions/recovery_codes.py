"""Ten codes for the day the device is lost. Shown once, kept as fingerprints, each works once."""

from datetime import datetime
from secrets import choice
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict
from peergang.core.permissions import Actor, require
from peergang.core.sealing import Seal
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.security import lock_user, tell_owner
from peergang.identity.models import RecoveryCode
from peergang.identity.policy import can_change_account
from peergang.identity.queries.factors import find_factors
from peergang.identity.rules.second_factor import (
    RECOVERY_ALPHABET,
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    normal_code,
    written_code,
)


def renew_codes(session: Session, actor: Actor, user_id: UUID, seal: Seal, *, now: datetime) -> list[str]:
    """Ten new codes, as they are to be written down; everybody their own. The earlier ones stop working.

    Raises:
        Forbidden: for another person.
        Conflict: `no_factor` when there is nothing that a code could replace.
    """
    require(can_change_account(actor, user_id))
    lock_user(session, user_id)
    if not find_factors(session, user_id).any:
        raise Conflict("no_factor")
    earlier = session.scalars(
        delete(RecoveryCode).where(RecoveryCode.user_id == user_id).returning(RecoveryCode.id)
    ).all()
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(user_id=user_id, code_hash=seal.fingerprint(code, user_id.bytes), created_at=now)
        for code in codes
    )
    session.flush()
    if earlier:
        tell_owner(session, actor, "recovery_codes_renewed", user_id, now=now)
    else:
        # The first ones come with a factor, of which a mail tells already.
        record_audit(session, actor, "recovery_codes_made", "user", user_id, now=now)
    return [written_code(code) for code in codes]


def use_code(session: Session, user_id: UUID, text: str, seal: Seal, *, now: datetime) -> bool:
    """Whether `text` is a code of theirs that was not used before; now it is. Their owner hears of it by mail.

    The caller knows that the first half of a sign-in was given by this person.
    """
    code = normal_code(text)
    if len(code) != RECOVERY_LENGTH:
        return False
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == seal.fingerprint(code, user_id.bytes),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    ).first()
    if used is None:
        return False
    left = find_factors(session, user_id).codes
    tell_owner(session, Actor(user_id=user_id), "recovery_code_used", user_id, {"left": left}, now=now)
    return True


def are_codes_of(session: Session, user_id: UUID, codes: list[str], seal: Seal) -> bool:
    """Whether all of `codes` are unused codes of this person, so that a list of them may be handed back as a file."""
    prints = {seal.fingerprint(normal_code(code), user_id.bytes) for code in codes}
    known = session.scalars(
        select(RecoveryCode.code_hash).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    ).all()
    return bool(prints) and prints <= set(known)


def _new_code() -> str:
    return "".join(choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH))
