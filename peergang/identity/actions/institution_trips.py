"""Going to a provider and coming back: each round trip is made once, by one browser. Nothing here talks to the provider."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from typing import Literal
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peergang.core.errors import Conflict
from peergang.core.oidc import Trip
from peergang.core.oidc_settings import OidcProvider
from peergang.core.permissions import Actor
from peergang.identity.actions.audit import record_audit
from peergang.identity.actions.institution_accounts import link_account, settle_newcomer
from peergang.identity.actions.signing_in import hash_token
from peergang.identity.models import InstitutionArrival, InstitutionTrip
from peergang.identity.queries import find_open_token
from peergang.identity.queries.institution_accounts import find_account, find_told_institution
from peergang.identity.rules import TokenPurpose
from peergang.identity.rules.claims import Told
from peergang.identity.rules.institution_sign_in import ARRIVAL_LIFETIME, TRIP_LIFETIME


@dataclass(frozen=True, slots=True)
class Taken:
    """A round trip that was made, with what its beginning asked for."""

    provider: str
    trip: Trip
    target: str
    remember: bool
    user_id: UUID | None
    invitation_hash: bytes | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of somebody for whom a provider vouched.

    `enter`: let them in as `user_id`. `linked`: they were signed in, and the account is theirs now. `arrival`: prove who you
    are here, with `token` for the cookie. `refused`: for `reason` (student, closed, linked_elsewhere).
    """

    kind: Literal["enter", "linked", "arrival", "refused"]
    user_id: UUID | None = None
    token: str = ""
    reason: str = ""


def begin_trip(
    session: Session,
    provider: str,
    browser: str,
    *,
    target: str,
    remember: bool,
    now: datetime,
    user_id: UUID | None = None,
    invitation: str = "",
) -> Trip:
    """Write down that a browser goes to a provider; anybody may. `user_id` is who is signed in and wants to link."""
    trip = Trip(token_urlsafe(32), token_urlsafe(32), token_urlsafe(48))
    session.add(
        InstitutionTrip(
            state_hash=hash_token(trip.state),
            browser_hash=hash_token(browser),
            provider=provider,
            nonce=trip.nonce,
            verifier=trip.verifier,
            target=target[:2000],
            remember=remember,
            user_id=user_id,
            invitation_hash=hash_token(invitation) if invitation else None,
            expires_at=now + TRIP_LIFETIME,
        )
    )
    session.flush()
    return trip


def take_trip(session: Session, state: str, browser: str, *, now: datetime) -> Taken | None:
    """The round trip with this state, which is over by asking; None when there is none, or of another browser, or too
    late. Of two answers at one moment one gets it.
    """
    found = session.execute(
        delete(InstitutionTrip)
        .where(
            InstitutionTrip.state_hash == hash_token(state),
            InstitutionTrip.browser_hash == hash_token(browser),
            InstitutionTrip.expires_at > now,
        )
        .returning(
            InstitutionTrip.provider,
            InstitutionTrip.nonce,
            InstitutionTrip.verifier,
            InstitutionTrip.target,
            InstitutionTrip.remember,
            InstitutionTrip.user_id,
            InstitutionTrip.invitation_hash,
        )
    ).one_or_none()
    if found is None:
        return None
    trip = Trip(state, found.nonce, found.verifier)
    return Taken(found.provider, trip, found.target, found.remember, found.user_id, found.invitation_hash)


def settle_trip(
    session: Session, taken: Taken, provider: OidcProvider, told: Told, *, now: datetime
) -> Outcome:
    """What becomes of somebody for whom `provider` vouched: their account here, or a place to wait for a proof."""
    try:
        outcome = _settle(session, taken, provider, told, now)
    except Conflict as error:
        outcome = Outcome("refused", reason=error.reason)
    if outcome.kind == "refused":
        note_refusal(session, taken, outcome.reason, now=now)
    return outcome


def _settle(session: Session, taken: Taken, provider: OidcProvider, told: Told, now: datetime) -> Outcome:
    if taken.user_id is not None:
        link_account(session, taken.user_id, _arrival(taken, provider, told, None, b"", now), now=now)
        return Outcome("linked", taken.user_id)
    invited = _find_invited(session, taken, now)
    found = find_account(session, provider.issuer, told.subject)
    if found is not None:
        account, user = found
        if user.deactivated_at is not None:
            return Outcome("refused", reason="closed")
        if invited not in (None, user.id):
            return Outcome("refused", reason="linked_elsewhere")
        account.last_used_at = now
        return Outcome("enter", user.id)
    if told.is_student:
        return Outcome("refused", reason="student")
    institution_id = find_told_institution(session, told.brin, told.domain)
    token = token_urlsafe(32)
    arrival = _arrival(taken, provider, told, institution_id, hash_token(token), now)
    if invited is not None:
        settle_newcomer(session, invited, arrival, now=now)
        return Outcome("enter", invited)
    session.add(arrival)
    session.flush()
    return Outcome("arrival", token=token)


def _find_invited(session: Session, taken: Taken, now: datetime) -> UUID | None:
    if taken.invitation_hash is None:
        return None
    found = find_open_token(session, taken.invitation_hash, TokenPurpose.INVITATION, now, lock=True)
    if found is None:
        raise Conflict("token_gone")
    return found[1].id


def _arrival(
    taken: Taken,
    provider: OidcProvider,
    told: Told,
    institution_id: UUID | None,
    token_hash: bytes,
    now: datetime,
) -> InstitutionArrival:
    return InstitutionArrival(
        token_hash=token_hash,
        provider=provider.name,
        issuer=provider.issuer,
        subject=told.subject,
        organisation=told.organisation or told.domain or told.brin,
        given_name=told.given_name,
        name_particle=told.particle,
        family_name=told.family_name,
        email=told.email,
        locale=told.locale,
        target=taken.target,
        remember=taken.remember,
        institution_id=institution_id,
        expires_at=now + ARRIVAL_LIFETIME,
    )


def note_refusal(session: Session, taken: Taken, reason: str, *, now: datetime) -> None:
    """Write down that somebody came back from a provider and was not let in. Who it was we do not know or do not keep."""
    actor = Actor(user_id=taken.user_id) if taken.user_id else None
    details = {"provider": taken.provider, "reason": reason}
    record_audit(session, actor, "institution_refused", "institution_account", None, details, now=now)
