"""Tables about institutions."""

from datetime import date

from sqlalchemy import CheckConstraint, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


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
