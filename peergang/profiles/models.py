"""Tables of what people tell about themselves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

import peergang.cohorts.models  # noqa: F401 the keys below name tables that it loads
from peergang.core.db import Base


class Profile(Base):
    """What somebody tells about themselves. Without a row, or with nothing in it, there is no profile to show."""

    __tablename__ = "profile"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    about: Mapped[str] = mapped_column(server_default="", default="")
    contact: Mapped[str] = mapped_column(server_default="", default="")
    visibility: Mapped[str] = mapped_column(server_default="trainers", default="trainers")
    saved_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("visibility IN ('trainers', 'cohorts', 'network')", name="visibility_known"),
    )


class ProfileSubject(Base):
    """A subject somebody knows about (expertise) or wants to know more about (interest).

    `code` is a topic such as "1.4" or a success factor such as "f3", never the id of a topic in one edition.
    """

    __tablename__ = "profile_subject"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("profile.user_id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]

    __table_args__ = (
        CheckConstraint("kind IN ('expertise', 'interest')", name="kind_known"),
        Index("ix__profile_subject__code_kind", "code", "kind"),
    )
