"""Tables about people and where they work."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId
from peergang.identity.rules import full_name, initials


class User(HasId, Base):
    """A person. The family name's particle stands apart, because lists sort on the main word.

    With `erased_at` this is nobody any more: the row stays for what others depend on, and its account never opens again.
    """

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
    erased_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq__user__email", func.lower(text("email")), unique=True),
        CheckConstraint("erased_at IS NULL OR deactivated_at IS NOT NULL", name="erased_is_closed"),
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
    """The time somebody works at an institution, up to and not including `valid_until`. The periods of one person never
    overlap: a constraint refuses that; an empty period (both days the same) was a mistake that was corrected.

    An enrolment points at the affiliation under which it began, for ever. `continues_id` names the one that a merger of
    institutions closed, as long as nobody changed this one since.
    """

    __tablename__ = "affiliation"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institution.id"), index=True)
    job_title: Mapped[str] = mapped_column(server_default="", default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    continues_id: Mapped[UUID | None] = mapped_column(ForeignKey("affiliation.id"), index=True)

    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period_forward"),
        ExcludeConstraint(
            ("user_id", "="),
            (text("daterange(valid_from, valid_until)"), "&&"),
            name="ex__affiliation__one_at_a_time",
        ),
        Index(
            "uq__affiliation__user_current",
            "user_id",
            unique=True,
            postgresql_where=text("valid_until IS NULL"),
        ),
    )
