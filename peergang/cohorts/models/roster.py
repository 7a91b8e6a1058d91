"""The table of participants' files that wait."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base, HasId


class RosterImport(HasId, Base):
    """A participants' file that was read and waits for the organiser's decision; its rows go when it is done."""

    __tablename__ = "roster_import"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    file_name: Mapped[str]
    rows: Mapped[list[dict[str, Any]]]
    finished_at: Mapped[datetime | None]
    # A file whose header says nothing to us waits as it is, until somebody says which column is which.
    cells: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]", default=list)
    columns: Mapped[dict[str, Any]] = mapped_column(server_default="{}", default=dict)
    # The enrolments of who is no longer on the list and was ticked, until somebody confirms it.
    leaving: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]", default=list)
