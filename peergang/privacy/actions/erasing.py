"""Erasing a person, when they ask for it: all features at once (invariant 12)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.account import deactivate_user
from peergang.identity.actions.audit import record_audit
from peergang.identity.models import User
from peergang.identity.policy import can_erase_person
from peergang.privacy.actions.own_data import check_reason
from peergang.privacy.registry import in_order_of_erasing


def erase_person(
    session: Session, actor: Actor, user_id: UUID, reason: str, typed: str, *, now: datetime
) -> list[str]:
    """Erase somebody: their words are replaced, what others wrote stays readable, their name and address are gone. For
    admins, and never oneself. `typed` is the address of whom it is about, so that nobody erases the wrong person.

    Their account closes first, so places, work in hand and groups go on as when somebody leaves. It cannot be undone.

    Returns:
        The keys of their files, to remove once this is committed (Files.delete); the nightly cleaning takes what is left.

    Raises:
        Forbidden: for anybody else. NotFound: when there is no such person.
        Conflict: "erased" when it was done before; "last_admin" when nobody would be left to give roles.
        Invalid: {"reason": "short" | "long" | "names"}, {"typed": "differs"}.
    """
    require(can_erase_person(actor, user_id))
    # Held, so that nobody gives a certificate in this name meanwhile.
    person = session.scalar(
        select(User)
        .where(User.id == user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if person is None:
        raise NotFound
    if person.erased_at is not None:
        raise Conflict("erased")
    words = _check(person, reason, typed)
    if person.deactivated_at is None:
        deactivate_user(session, actor, user_id, now=now)
    session.flush()
    keys = [key for one in in_order_of_erasing() for key in one.erase(session, user_id)]
    person.erased_at = now
    record_audit(session, actor, "person_erased", "user", user_id, {"reason": words}, now=now)
    session.flush()
    return keys


def _check(person: User, reason: str, typed: str) -> str:
    """The reason as it will be kept: the log outlives the person, so it does not name them."""
    words = check_reason(reason)
    own = (person.email, person.family_name, person.given_name)
    if any(len(name) > 2 and name.casefold() in words.casefold() for name in own):
        raise Invalid({"reason": "names"})
    if typed.strip().casefold() != person.email.casefold():
        raise Invalid({"typed": "differs"})
    return words
