"""Tables about what people have beside a password, and about sign-ins that are half-way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class Passkey(HasId, Base):
    """A key pair of which the private half never leaves its device. What stands here opens nothing."""

    __tablename__ = "passkey"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}", default=list)
    name: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("name <> ''", name="has_name"),)


class PasskeyChallenge(HasId, Base):
    """A question to a passkey. It is answered once: whoever takes it removes the row."""

    __tablename__ = "passkey_challenge"

    challenge: Mapped[bytes] = mapped_column(unique=True)
    purpose: Mapped[str]
    browser_hash: Mapped[bytes]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        CheckConstraint("purpose IN ('register', 'sign_in', 'proof')", name="purpose_known"),
        CheckConstraint("(purpose = 'sign_in') = (user_id IS NULL)", name="of_somebody"),
    )


class Totp(Base):
    """The secret that an app with codes shares with us, sealed (core/sealing.py). One a person; open until confirmed."""

    __tablename__ = "totp"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    secret: Mapped[bytes]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)


class RecoveryCode(HasId, Base):
    """A code for the day the device is lost, as a keyed fingerprint. It works once."""

    __tablename__ = "recovery_code"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    code_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)


class HalfSignIn(HasId, Base):
    """Somebody who proved the first half. The browser holds a random token, the table its SHA-256."""

    __tablename__ = "half_sign_in"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    method: Mapped[str]
    remember: Mapped[bool]
    target: Mapped[str]
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
