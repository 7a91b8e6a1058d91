"""How long mail waits, as operators read it: since it should have gone, whatever was tried in the meantime."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.mail import MailAway, MailRefused, Meanwhile, MemoryTransport, do_nothing
from peergang.core.permissions import SYSTEM
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.replaying import settle_notice
from peergang.notifications.models import SendingPause
from peergang.notifications.queries.queue import LATE, get_queue, measure_queue, warn_of_delay
from peergang.notifications.rules import Outcome
from tests.factories.identity import make_user
from tests.factories.notifications import NAME, Script, make_choice, make_notice, use_script

pytestmark = pytest.mark.database

Deliver = Callable[[datetime], None]


class Trouble(MemoryTransport):
    """Raises what it is told to, as long as it is."""

    error: Exception | None = None

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        if self.error is not None:
            raise self.error
        super().send(sender, recipient, message, meanwhile)


@pytest.fixture(autouse=True)
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    return use_script(monkeypatch)


@pytest.fixture
def server() -> Trouble:
    return Trouble()


@pytest.fixture
def deliver(connection: sa.Connection, session: Session, settings: Settings, server: Trouble) -> Deliver:
    def run(at: datetime) -> None:
        session.commit()
        deliver_due(connection, settings, server, now=at)
        session.expire_all()

    return run


@pytest.mark.parametrize("error", [MailAway("refused"), MailRefused("452 vol", permanent=False)])
def test_the_queue_grows_older_while_the_server_is_away_or_refuses_for_now(
    session: Session, server: Trouble, deliver: Deliver, now: datetime, error: Exception
) -> None:
    for _ in range(3):
        make_notice(session, make_user(session), now, expires_at=now + timedelta(days=3))
    server.error = error
    for minute in range(0, 18, 3):
        at = now + timedelta(minutes=minute)
        deliver(at)
        assert measure_queue(session, at) == {"oldest_seconds": minute * 60, "due": 3, "held": 0}
        assert warn_of_delay(session, at) == ""
    later = now + LATE + timedelta(minutes=5)
    deliver(later)
    assert warn_of_delay(session, later) == (
        "mail is late: 3 wait, the oldest 20 minutes; see peergang notices queue"
    )
    server.error = None
    deliver(now + timedelta(hours=2))
    assert measure_queue(session, now + timedelta(hours=2))["due"] == 0
    assert warn_of_delay(session, now + timedelta(hours=2)) == ""


def test_what_waits_for_a_better_moment_is_not_late_until_that_has_passed(
    session: Session, server: Trouble, deliver: Deliver, now: datetime
) -> None:
    """A bundle of tomorrow: in time today, and late from tomorrow on when nothing answers then."""
    user = make_user(session)
    make_choice(session, user, NAME, "daily")
    notice = make_notice(session, user, now, expires_at=now + timedelta(days=3))
    deliver(now)
    assert (notice.state, notice.reason) == ("queued", "daily")
    morning = notice.not_before
    queue = get_queue(session, morning - timedelta(seconds=1))
    assert (queue.due, queue.later, queue.oldest) == (0, 1, None)
    server.error = MailAway("refused")
    for minute in range(0, 21, 5):
        deliver(morning + timedelta(minutes=minute))
    at = morning + timedelta(minutes=20)
    assert notice.not_before > at, "tried, and tried again in a while"
    assert measure_queue(session, at) == {"oldest_seconds": 1200, "due": 1, "held": 0}
    assert warn_of_delay(session, at)


def test_what_is_held_or_over_or_was_sent_again_just_now_is_not_late(
    session: Session, deliver: Deliver, now: datetime
) -> None:
    long_ago = now - timedelta(hours=3)
    held = make_notice(session, make_user(session), long_ago, rule="trainer_monday")
    make_notice(session, make_user(session), long_ago, expires_at=now)
    failed = make_notice(session, make_user(session), long_ago, state="failed", finished_at=long_ago)
    session.add(SendingPause(scope="rule", key=held.rule, why="de woorden kloppen niet", since=long_ago))
    session.flush()
    settle_notice(session, SYSTEM, failed.id, Outcome.AGAIN, now=now)
    queue = get_queue(session, now)
    assert (queue.due, queue.held, queue.late, queue.oldest) == (1, 1, 0, now)
    assert warn_of_delay(session, now) == ""
