"""Tables about who may come in, and as what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class RoleGrant(HasId, Base):
    """A role for the whole network (admin, organiser) or for one institution (contact)."""

    __tablename__ = "role_grant"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[str]
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    granted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    granted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)

    __table_args__ = (
        UniqueConstraint("user_id", "role", "institution_id", postgresql_nulls_not_distinct=True),
        CheckConstraint(
            "(role IN ('admin', 'organiser') AND institution_id IS NULL)"
            " OR (role = 'contact' AND institution_id IS NOT NULL)",
            name="role_scope",
        ),
    )


class SignInSession(HasId, Base):
    """One signed-in browser. The cookie holds a random token, the table its SHA-256, so a stolen table opens nothing."""

    __tablename__ = "sign_in_session"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(server_default="", default="")
    method: Mapped[str] = mapped_column(server_default="", default="")
    address: Mapped[str] = mapped_column(server_default="", default="")
    """The first half of the internet address of the last use: "145.100.x.x"."""
    last_used_at: Mapped[datetime | None]
    proved_at: Mapped[datetime | None]
    """When its owner last proved who they are; without one, when they signed in."""


class SingleUseToken(HasId, Base):
    """A link by mail that works once: an invitation, a password reset, or the proof that an account of
    an institution or an `address` that they want to be mailed at belongs to somebody.

    The row is the request. The secret itself is made by the worker at the moment of sending, which fills in
    `token_hash`; so no secret ever waits in a queue, and a mail that is sent again carries a new one.
    """

    __tablename__ = "single_use_token"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    purpose: Mapped[str]
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    address: Mapped[str | None]
    """Where it is mailed to, when that is not yet the address of its person."""

    __table_args__ = (
        CheckConstraint(
            "purpose IN ('invitation', 'password_reset', 'institution_proof', 'address_proof')",
            name="purpose_known",
        ),
        CheckConstraint("(purpose = 'address_proof') = (address IS NOT NULL)", name="address_to_prove"),
        CheckConstraint("address = lower(address)", name="address_lower"),
    )
