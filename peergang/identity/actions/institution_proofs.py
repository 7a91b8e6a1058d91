"""Proving by mail who an account of an institution belongs to. The link counts in the browser that asked for it, alone: who
is sent a link they did not ask for gives nothing away by opening it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict, Invalid
from peergang.core.jobs import Job, enqueue
from peergang.core.permissions import SYSTEM
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.institution_accounts import settle_newcomer
from peergang.identity.actions.people import find_or_create_user
from peergang.identity.actions.security import lock_user
from peergang.identity.actions.signing_in import hash_token
from peergang.identity.models import InstitutionArrival, SingleUseToken, User
from peergang.identity.queries import find_open_token, find_user_by_email, may_come_in
from peergang.identity.queries.institution_accounts import find_arrival
from peergang.identity.rules import RESET_INTERVAL, TOKEN_LIFETIME, TokenPurpose, clean_text
from peergang.identity.rules.names import split_name


def request_proof(
    session: Session,
    token: str,
    email: str,
    *,
    sign_up: bool,
    now: datetime,
    given_name: str = "",
    family_name: str = "",
) -> None:
    """Ask for a link to the address by which we know somebody, from the browser that arrived. Where `sign_up` is on, an
    address that nobody has yet is mailed too, and its owner becomes known here, without a way in until the link is used.

    The answer is the same for every address. One mail in five minutes for each person.

    Raises:
        Conflict: `arrival_gone`.
        Invalid: {"given_name" | "family_name": "name_missing"} when they are needed and nobody told them.
    """
    arrival = find_arrival(session, hash_token(token), now, lock=True)
    if arrival is None:
        raise Conflict("arrival_gone")
    may_sign_up = sign_up and arrival.institution_id is not None
    if may_sign_up:
        _complete_name(arrival, given_name, family_name)
    # Also for nobody: how long the broker takes must not tell who has an account.
    enqueue(session, Job.NOTICES_PLAN_RULE, "institution_proof")
    user = find_user_by_email(session, email)
    if user is None and may_sign_up:
        user = _create(session, arrival, email, now)
    if user is None or user.deactivated_at is not None or not (may_sign_up or may_come_in(session, user)):
        return
    lock_user(session, user.id)
    arrival.proof_id = _recent(session, user.id, now) or _new_proof(session, user.id, now)


def finish_proof(
    session: Session, secret: str, token: str, *, now: datetime
) -> tuple[UUID, InstitutionArrival]:
    """Join the account with which this browser arrived to the owner of the address that the link went to. Gives who may come
    in, and the arrival, which is over.

    Raises:
        Conflict: `token_gone` (unknown, used, expired), `other_browser`, `linked_elsewhere`.
    """
    found = find_open_token(session, hash_token(secret), TokenPurpose.INSTITUTION_PROOF, now, lock=True)
    if found is None:
        raise Conflict("token_gone")
    proof, user = found[0], found[1]
    arrival = find_arrival(session, hash_token(token), now, lock=True)
    if arrival is None or arrival.proof_id != proof.id:
        raise Conflict("other_browser")
    settle_newcomer(session, user.id, arrival, now=now)
    proof.used_at = now
    session.delete(arrival)
    session.flush()
    return user.id, arrival


def _complete_name(arrival: InstitutionArrival, given_name: str, family_name: str) -> None:
    """Take what the provider did not tell; what it told stays."""
    problems = {}
    if not arrival.given_name:
        arrival.given_name = clean_text(given_name)
        if not arrival.given_name:
            problems["given_name"] = "name_missing"
    if not arrival.family_name:
        # A name in front makes the particle recognisable: "van der Berg" alone could be a given name.
        _given, arrival.name_particle, arrival.family_name = split_name(f"- {family_name}")
        if not arrival.family_name:
            problems["family_name"] = "name_missing"
    if problems:
        raise Invalid(problems)


def _create(session: Session, arrival: InstitutionArrival, email: str, now: datetime) -> User:
    return find_or_create_user(
        session,
        SYSTEM,
        given_name=arrival.given_name,
        particle=arrival.name_particle,
        family_name=arrival.family_name,
        email=email,
        locale=arrival.locale or "nl",
        now=now,
    )


def _recent(session: Session, user_id: UUID, now: datetime) -> UUID | None:
    """A link that is on its way already. It may serve two arrivals: each browser can finish only its own."""
    return session.scalar(
        select(SingleUseToken.id)
        .where(
            SingleUseToken.user_id == user_id,
            SingleUseToken.purpose == TokenPurpose.INSTITUTION_PROOF,
            SingleUseToken.used_at.is_(None),
            SingleUseToken.requested_at > now - RESET_INTERVAL,
        )
        .limit(1)
    )


def _new_proof(session: Session, user_id: UUID, now: datetime) -> UUID:
    purpose = TokenPurpose.INSTITUTION_PROOF
    proof = SingleUseToken(
        user_id=user_id, purpose=purpose, requested_at=now, expires_at=now + TOKEN_LIFETIME[purpose]
    )
    session.add(proof)
    session.flush()
    record_audit(session, None, "institution_proof_requested", "user", user_id, now=now)
    return proof.id
