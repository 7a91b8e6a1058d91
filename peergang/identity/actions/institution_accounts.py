"""Joining an account of an institution to a person, and parting them again. An equal address joins nothing by itself."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.errors import Conflict, NotFound
from peergang.core.permissions import Actor, require
from peergang.identity.actions.affiliations import ensure_affiliations
from peergang.identity.actions.links import accept_by_proof
from peergang.identity.actions.security import lock_user, tell_owner
from peergang.identity.actions.signing_in import hash_token
from peergang.identity.models import InstitutionAccount, InstitutionArrival
from peergang.identity.policy import can_change_account
from peergang.identity.queries.affiliations import list_affiliations
from peergang.identity.queries.institution_accounts import (
    find_account,
    find_arrival,
    has_other_way_in,
    is_new_here,
)


def link_arrival(session: Session, actor: Actor, token: str, *, now: datetime) -> InstitutionArrival:
    """Join the account with which this browser arrived to the actor, who has signed in by another way since.

    Raises:
        Conflict: `arrival_gone` when it is too late, `linked_elsewhere` when it is somebody else's.
    """
    require(actor.user_id is not None)
    assert actor.user_id is not None
    arrival = find_arrival(session, hash_token(token), now, lock=True)
    if arrival is None:
        raise Conflict("arrival_gone")
    link_account(session, actor.user_id, arrival, now=now)
    session.delete(arrival)
    return arrival


def link_account(session: Session, user_id: UUID, arrival: InstitutionArrival, *, now: datetime) -> None:
    """Join the account of `arrival` to a person; called by use cases that saw the person prove who they are.

    Raises:
        Conflict: `linked_elsewhere` when it is joined to somebody else.
    """
    lock_user(session, user_id)
    values = {
        "user_id": user_id,
        "provider": arrival.provider,
        "issuer": arrival.issuer,
        "subject": arrival.subject,
        "organisation": arrival.organisation,
        "created_at": now,
        "last_used_at": now,
    }
    # Two browsers may come back with one account at the same moment; the second waits here and finds the first.
    new = session.execute(
        insert(InstitutionAccount)
        .values(values)
        .on_conflict_do_nothing(index_elements=["issuer", "subject"])
        .returning(InstitutionAccount.id)
    ).first()
    if new is not None:
        details = {"provider": arrival.provider, "organisation": arrival.organisation}
        tell_owner(session, Actor(user_id=user_id), "institution_linked", user_id, details, now=now)
        return
    found = find_account(session, arrival.issuer, arrival.subject)
    if found is None or found[0].user_id != user_id:
        raise Conflict("linked_elsewhere")


def settle_newcomer(session: Session, user_id: UUID, arrival: InstitutionArrival, *, now: datetime) -> None:
    """Join the account to somebody who proved by mail who they are. Who never signed in before also accepts what they were
    invited to, gets the language the provider told, and works where it said when we do not know where.

    Raises:
        Conflict: `linked_elsewhere`.
    """
    user = lock_user(session, user_id)
    is_new = is_new_here(session, user)
    link_account(session, user_id, arrival, now=now)
    if not is_new:
        return
    user.locale = arrival.locale or user.locale
    if arrival.institution_id is not None and not list_affiliations(session, user_id):
        today = local_date(now)
        ensure_affiliations(session, {user_id: (arrival.institution_id, "")}, today, today)
    accept_by_proof(session, user_id, now=now)


def unlink_account(
    session: Session, actor: Actor, user_id: UUID, account_id: UUID, *, issuers: Sequence[str], now: datetime
) -> None:
    """Part an account from its person; everybody their own. `issuers` are the providers that are in use.

    Raises:
        Forbidden: for another person. NotFound: when there is no such account of theirs.
        Conflict: `last_way_in` when they could not sign in any more.
    """
    require(can_change_account(actor, user_id))
    lock_user(session, user_id)
    account = session.get(InstitutionAccount, account_id)
    if account is None or account.user_id != user_id:
        raise NotFound
    if not has_other_way_in(session, user_id, account_id, issuers=issuers):
        raise Conflict("last_way_in")
    session.delete(account)
    details = {"provider": account.provider, "organisation": account.organisation}
    tell_owner(session, actor, "institution_unlinked", user_id, details, now=now)
