"""Erasing somebody from identity: nobody's name, nobody's address, no way in."""

from uuid import UUID

from sqlalchemy import Text, delete, literal, update
from sqlalchemy.orm import Session

from peergang.identity.actions.audit import erasing
from peergang.identity.models import (
    Affiliation,
    AuditEvent,
    DataOpening,
    EmailChange,
    HalfSignIn,
    InstitutionAccount,
    InstitutionArrival,
    InstitutionTrip,
    KeptForm,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    RoleGrant,
    SignInSession,
    SingleUseToken,
    Totp,
    User,
)
from peergang.identity.rules.names import ERASED_NAME, sort_key

OWN = (
    RoleGrant,
    DataOpening,
    SignInSession,
    InstitutionTrip,
    InstitutionAccount,
    SingleUseToken,
    Passkey,
    PasskeyChallenge,
    Totp,
    RecoveryCode,
    EmailChange,
    HalfSignIn,
    KeptForm,
)
"""What is a person's alone."""


def erase_identity(session: Session, user_id: UUID) -> None:
    """Leave of somebody a row without a name that others' records point at. Called by erasure, after its own policy, and
    last: until then the other features can still look for the address.
    """
    user = session.get_one(User, user_id, with_for_update=True, populate_existing=True)
    arrivals = delete(InstitutionArrival).where(InstitutionArrival.email == user.email)
    session.execute(arrivals)
    for model in OWN:
        session.execute(delete(model).where(model.user_id == user_id))
    session.execute(update(RoleGrant).where(RoleGrant.granted_by_id == user_id).values(granted_by_id=None))
    given = update(EmailChange).where(EmailChange.changed_by_id == user_id)
    session.execute(given.values(changed_by_id=None))
    session.execute(update(Affiliation).where(Affiliation.user_id == user_id).values(job_title=""))
    with erasing(session):
        forget_reasons(session, [user_id])
    user.given_name, user.name_particle, user.family_name = ERASED_NAME, "", ""
    user.sort_key = sort_key(ERASED_NAME, "", "")
    # Of a domain that never exists, so nothing ever arrives there.
    user.email = f"{user_id.hex}@erased.invalid"
    user.password_hash = None
    session.flush()


def forget_reasons(session: Session, subjects: list[UUID]) -> None:
    """Empty what others typed in the log about these: a reason may say about whom. Within `erasing`."""
    session.execute(
        update(AuditEvent)
        .where(AuditEvent.subject_id.in_(subjects), AuditEvent.details.has_key("reason"))
        .values(details=AuditEvent.details.op("-")(literal("reason", Text)))
        .execution_options(synchronize_session=False)
    )
