"""Tables about people and institutions."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId
from peergang.identity.rules import full_name, initials


class Institution(HasId, Base):
    """A school, keyed on its BRIN. Names change and schools merge, so a name that was used stays as an alias."""

    __tablename__ = "institution"

    brin: Mapped[str] = mapped_column(String(4), unique=True)
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}", default=list)
    place: Mapped[str] = mapped_column(server_default="")
    sso_domains: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}", default=list)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]

    __table_args__ = (CheckConstraint("brin ~ '^[0-9]{2}[A-Z]{2}$'", name="brin_shape"),)


class User(HasId, Base):
    """A person. The family name's particle stands apart, because lists sort on the main word."""

    __tablename__ = "user"

    given_name: Mapped[str]
    name_particle: Mapped[str] = mapped_column(server_default="", default="")
    family_name: Mapped[str] = mapped_column(server_default="", default="")
    sort_key: Mapped[str]
    email: Mapped[str]
    locale: Mapped[str] = mapped_column(server_default="nl", default="nl")
    theme: Mapped[str] = mapped_column(server_default="auto", default="auto")
    time_zone: Mapped[str] = mapped_column(server_default="Europe/Amsterdam", default="Europe/Amsterdam")
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    deactivated_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq__user__email", func.lower(text("email")), unique=True),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("locale IN ('nl', 'en')", name="locale_known"),
        CheckConstraint("theme IN ('auto', 'light', 'dark')", name="theme_known"),
    )

    @property
    def full_name(self) -> str:
        """The name in running text."""
        return full_name(self.given_name, self.name_particle, self.family_name)

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        return initials(self.given_name, self.family_name)


class Affiliation(HasId, Base):
    """The time somebody works at an institution. An enrolment points at the affiliation of its day, for ever."""

    __tablename__ = "affiliation"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institution.id"), index=True)
    job_title: Mapped[str] = mapped_column(server_default="", default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period_forward"),
        Index(
            "uq__affiliation__user_current",
            "user_id",
            unique=True,
            postgresql_where=text("valid_until IS NULL"),
        ),
    )


class RoleGrant(HasId, Base):
    """A role for the whole network (admin, organiser) or for one institution (contact)."""

    __tablename__ = "role_grant"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[str]
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    granted_at: Mapped[datetime] = mapped_column(server_default=func.now())

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


class SingleUseToken(HasId, Base):
    """A link by mail that works once: an invitation or a password reset.

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

    __table_args__ = (CheckConstraint("purpose IN ('invitation', 'password_reset')", name="purpose_known"),)


class AuditEvent(HasId, Base):
    """What was done that somebody may have to account for. Never holds the words of a reflection."""

    __tablename__ = "audit_event"

    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    verb: Mapped[str]
    subject_type: Mapped[str] = mapped_column(server_default="", default="")
    subject_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)
