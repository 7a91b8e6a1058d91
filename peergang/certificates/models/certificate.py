"""Tables of certificates. What was printed stays what it was; the database refuses to change it (migration 0680)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

import peergang.cohorts.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId


class Certificate(HasId, Base):
    """One participant finished a programme. At most one for each enrolment, and never removed: it can be withdrawn.

    Everything up to `basis` is printed and stays as it was when issued. `basis` keeps what it rests on: the terms of that day,
    and what the participant had done. `number` is its place in the list of withdrawn badges. Of who was erased only the code
    and the day are left.
    """

    __tablename__ = "certificate"

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    issued_at: Mapped[datetime]
    issuer: Mapped[str]
    programme_title: Mapped[str]
    programme_title_en: Mapped[str]
    hours: Mapped[int]
    language: Mapped[str]
    basis: Mapped[dict[str, Any]]

    # By hand, because it was fair; empty when the criteria were met.
    issued_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    issue_reason: Mapped[str] = mapped_column(server_default="", default="")
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    revoke_reason: Mapped[str] = mapped_column(server_default="", default="")

    # What its owner chose: the whole name on the public page, and a badge of whom they work for.
    shows_name: Mapped[bool] = mapped_column(server_default="true", default=True)
    badge_wanted_at: Mapped[datetime | None]
    badge_account: Mapped[str] = mapped_column(server_default="", default="")
    erased: Mapped[bool] = mapped_column(server_default="false", default=False)

    __table_args__ = (
        CheckConstraint("language IN ('nl','en')", name="language_known"),
        CheckConstraint("hours > 0", name="hours_positive"),
        CheckConstraint("code ~ '^[0-9A-HJKMNP-TV-Z]{20}$'", name="code_shape"),
        CheckConstraint("revoked_at IS NOT NULL OR revoke_reason = ''", name="revoked_dated"),
    )


class CertificateDocument(Base):
    """A name as it stands on a certificate, and since when. A correction adds one; the last one counts."""

    __tablename__ = "certificate_document"

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    reason: Mapped[str] = mapped_column(server_default="", default="")

    __table_args__ = (CheckConstraint("number >= 1", name="number_from_one"),)
