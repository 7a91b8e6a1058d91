"""Tables about signing in through an institution (docs/decisions/0025)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class InstitutionAccount(HasId, Base):
    """An account at a provider with which a person signs in. The pair of issuer and subject is the key; an address is none.

    `organisation` is what the provider called the institution, by which its owner recognises the account.
    """

    __tablename__ = "institution_account"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    provider: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    organisation: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("issuer", "subject"),)


class InstitutionTrip(HasId, Base):
    """A browser that went to a provider and has to come back. It comes back once: the row goes with the answer.

    `user_id` is set when somebody who is signed in wants to link another account, `invitation_hash` when somebody came
    from an invitation.
    """

    __tablename__ = "institution_trip"

    state_hash: Mapped[bytes] = mapped_column(unique=True)
    browser_hash: Mapped[bytes]
    provider: Mapped[str]
    nonce: Mapped[str]
    verifier: Mapped[str]
    target: Mapped[str]
    remember: Mapped[bool]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    invitation_hash: Mapped[bytes | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class InstitutionArrival(HasId, Base):
    """Somebody the provider vouched for and of whom we do not know yet who they are here. It waits for a proof.

    Only the browser that holds the token can finish it; `proof_id` is the link by mail that was asked for.
    """

    __tablename__ = "institution_arrival"

    token_hash: Mapped[bytes] = mapped_column(unique=True)
    provider: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    organisation: Mapped[str]
    given_name: Mapped[str]
    name_particle: Mapped[str]
    family_name: Mapped[str]
    email: Mapped[str]
    locale: Mapped[str]
    target: Mapped[str]
    remember: Mapped[bool]
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"), index=True)
    proof_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("single_use_token.id", ondelete="SET NULL"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)
