"""Tables about institutions: what they are, what became of them, and the file they are compared with."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class Institution(HasId, Base):
    """A school, keyed on its BRIN. Names change and schools merge, so a name that was used stays as an alias.

    `valid_until` is set when it ended or merged: from that day on nobody is added to it. `sso_domains` are host names in
    lower case; a database trigger sees that each belongs to one institution.
    """

    __tablename__ = "institution"

    brin: Mapped[str] = mapped_column(String(4), unique=True)
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}", default=list)
    place: Mapped[str] = mapped_column(server_default="")
    other_places: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}", default=list)
    region: Mapped[str] = mapped_column(server_default="", default="")
    sso_domains: Mapped[list[str]] = mapped_column(ARRAY(String), server_default="{}", default=list)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("brin ~ '^[0-9]{2}[A-Z]{2}$'", name="brin_shape"),
        CheckConstraint("region IN ('', 'noord', 'midden', 'zuid')", name="region_known"),
        CheckConstraint(
            "valid_until IS NULL OR valid_from IS NULL OR valid_until >= valid_from", name="period"
        ),
    )


class InstitutionMerger(HasId, Base):
    """An institution became (part of) another one on a day. It does so at most once, and never in a circle: a database
    trigger refuses that.

    `continued` counts the affiliations that went on at the successor, so that undoing can see whether they still are as
    they were.
    """

    __tablename__ = "institution_merger"

    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institution.id"), unique=True)
    successor_id: Mapped[UUID] = mapped_column(ForeignKey("institution.id"), index=True)
    merged_on: Mapped[date]
    continued: Mapped[int] = mapped_column(server_default="0", default=0)
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    __table_args__ = (CheckConstraint("institution_id <> successor_id", name="not_itself"),)


class AddressFile(HasId, Base):
    """The government's file of addresses that was read and waits for a decision; its rows go when it is done."""

    __tablename__ = "address_file"

    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    file_name: Mapped[str]
    rows: Mapped[list[dict[str, Any]]]
    finished_at: Mapped[datetime | None]
