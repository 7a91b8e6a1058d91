"""A ledger to plan into and deliver from, with a mailbox of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.mail import MemoryTransport, SentMail
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.plan import plan_rule
from peergang.notifications.models import Notice


@dataclass
class Ledger(MemoryTransport):
    """Plans a rule and delivers everything, at moments that the test chooses."""

    session: Session
    connection: sa.Connection
    settings: Settings
    sent: list[SentMail] = field(default_factory=list)

    def plan(self, rule: str, now: datetime) -> int:
        self.session.commit()
        return plan_rule(self.session, rule, now=now)

    def deliver(self, now: datetime) -> list[EmailMessage]:
        """The mails of this run."""
        before = len(self.sent)
        self.session.commit()
        deliver_due(self.connection, self.settings, self, now=now)
        self.session.expire_all()
        return [message_from_bytes(mail.message, policy=policy.default) for mail in self.sent[before:]]

    def notices(self) -> list[Notice]:
        self.session.expire_all()
        return list(self.session.scalars(sa.select(Notice).order_by(Notice.not_before, Notice.id)))

    def reasons(self) -> dict[str, str]:
        """State and reason of every notice, by occurrence."""
        return {notice.occurrence: f"{notice.state} {notice.reason}".strip() for notice in self.notices()}

    def addresses(self) -> list[str]:
        return sorted(mail.recipient for mail in self.sent)


@pytest.fixture
def ledger(session: Session, connection: sa.Connection, settings: Settings) -> Ledger:
    return Ledger(session, connection, settings)


@pytest.fixture
def words() -> Callable[[EmailMessage, str], str]:
    """The words of a mail on one line, "plain" or "html"."""

    def read(mail: EmailMessage, kind: str = "plain") -> str:
        part = mail.get_body((kind,))
        assert part is not None
        return " ".join(str(part.get_content()).split())

    return read
