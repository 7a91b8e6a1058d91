"""Tables of browsers that get messages pushed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

import peergang.identity.models  # noqa: F401 the foreign keys below name its tables
from peergang.core.db import Base, HasId


class PushSubscription(HasId, Base):
    """A browser in which somebody asked for messages, with the address at its push service and the keys that seal them.

    The address is a secret: who has it can wake up that browser. It belongs to one person at a time: whoever asked last.
    `session_id` is the sign-in in which they asked; the end of that, or of its row, ends the messages. `retry_at` is when the
    service may be asked again, `failures` counts what went wrong since it last went well.
    """

    __tablename__ = "push_subscription"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    session_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("sign_in_session.id", ondelete="SET NULL"), index=True
    )
    endpoint: Mapped[str]
    endpoint_hash: Mapped[bytes] = mapped_column(unique=True)
    p256dh: Mapped[str]
    auth: Mapped[str]
    device: Mapped[str] = mapped_column(server_default="", default="")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
