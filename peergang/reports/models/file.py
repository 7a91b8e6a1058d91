"""Files that are being stored. What became a report's is in its own row."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from peergang.core.db import Base


class ReportFile(Base):
    """A key under which a worker began to store a file. It goes in the transaction that makes the file a report's; one that
    stays was left behind.
    """

    __tablename__ = "report_file"

    key: Mapped[str] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
