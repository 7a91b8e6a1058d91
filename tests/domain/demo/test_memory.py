"""What the demo remembers about itself, in a log that refuses to be rewritten."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peergang.demo.memory import VERB, Memory, find_memory, remember
from peergang.identity.models import AuditEvent

pytestmark = pytest.mark.database


def test_what_was_lived_since_takes_the_place_of_what_was_known(session: Session, now: datetime) -> None:
    assert find_memory(session) is None
    for days in range(3):
        lived = Memory(now, now + timedelta(days=days), filled=days == 2)
        remember(session, lived)
        session.expire_all()
        assert find_memory(session, lock=True) == lived
    assert session.scalar(select(func.count()).where(AuditEvent.verb == VERB)) == 1


def test_the_log_is_closed_again_afterwards(session: Session, now: datetime) -> None:
    remember(session, Memory(now, now, filled=False))
    remember(session, Memory(now, now + timedelta(days=1), filled=False))
    with pytest.raises(IntegrityError, match="stays as it is"), session.begin_nested():
        session.execute(text("UPDATE audit_event SET verb = 'something_else'"))
