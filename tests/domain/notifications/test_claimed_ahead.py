"""What is claimed while the batch before it goes out: sent in its turn, given back when no turn comes, checked when old."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from peergang.core.config import Settings
from peergang.core.db import transaction
from peergang.core.mail import MailAway, Meanwhile, SentMail, do_nothing
from peergang.notifications.actions import ahead, claims
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.sending_run import Delivery
from peergang.notifications.actions.sweep import sweep_ledger
from peergang.notifications.models import Notice
from peergang.notifications.rules import (
    CLAIM_SIZE,
    CLAIM_TIMEOUT,
    FRESH,
    HAND_OVER_EARLY,
    HAND_OVER_SIZE,
    LOOK_AHEAD,
    PAUSE,
)
from tests.factories.identity import make_user
from tests.factories.notifications import Box, Killed, Script, make_notice, recipients, use_script

Deliver = Callable[..., Counter[str]]

pytestmark = pytest.mark.committed

ALL = CLAIM_SIZE * 2 + 50
LATE = CLAIM_SIZE - 1
"""Of the first batch only one message is still to go when this many have gone."""


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    return use_script(monkeypatch)


class Waiting(Box):
    """A mail server that, before it takes the last message of the first batch, waits until the next batch is claimed and
    checked, and then does something.
    """

    def __init__(self, script: Script, then: Callable[[], None]) -> None:
        super().__init__()
        self._script = script
        self._then = then

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        if len(self.sent) == LATE:
            deadline = monotonic() + 60
            while len(self._script.asked) < 2:
                assert monotonic() < deadline, "nothing was claimed while mail went out"
                sleep(0.01)
            self._then()
        super().send(sender, recipient, message, meanwhile)


@pytest.fixture(autouse=True)
def _full(committed: sa.Engine, now: datetime) -> None:
    with transaction(committed) as session:
        for _ in range(ALL):
            make_notice(session, make_user(session), now)


def count(engine: sa.Engine, **where: object) -> int:
    with engine.connect() as connection:
        return connection.execute(
            sa.select(sa.func.count()).select_from(Notice).filter_by(**where)
        ).scalar_one()


@pytest.fixture
def deliver(committed: sa.Engine, settings: Settings, now: datetime, script: Script) -> Deliver:
    """Deliver to a server, until nothing is left."""
    return partial(deliver_due, committed, settings, now=now, budget=None)


def the_rest(deliver: Deliver, now: datetime) -> list[SentMail]:
    """What a worker in good health sends at that moment."""
    box = Box()
    deliver(box, now=now)
    return box.sent


def test_the_next_batch_is_ready_when_this_one_is_sent(
    deliver: Deliver, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Waiting(script, lambda: None)
    claim, claimed_at = claims.claim_due, list[int]()

    def watched(*given: Any, **named: Any) -> Any:
        claimed_at.append(len(server.sent))
        return claim(*given, **named)

    monkeypatch.setattr(claims, "claim_due", watched)
    assert deliver(server) == {"sent": ALL}
    assert CLAIM_SIZE - LOOK_AHEAD <= claimed_at[1] < CLAIM_SIZE, "not before it is of use"
    assert len(claimed_at) == 4, "after a claim that was not full nobody looks ahead"
    assert len(set(recipients(server.sent))) == len(server.sent) == ALL
    assert script.asked == [CLAIM_SIZE, CLAIM_SIZE, 50], "nobody is checked twice"


def test_a_stop_gives_back_what_was_claimed_ahead(
    committed: sa.Engine, deliver: Deliver, now: datetime, script: Script
) -> None:
    stopped: list[bool] = []
    server = Waiting(script, lambda: stopped.append(True))
    counts = deliver(server, keep_on=lambda: not stopped)
    assert counts == {"sent": CLAIM_SIZE, "queued": CLAIM_SIZE}
    assert count(committed, state="queued", claimed_by="", claimed_at=None) == ALL - CLAIM_SIZE
    rest = the_rest(deliver, now + PAUSE - timedelta(seconds=1))
    assert len(rest) == ALL - CLAIM_SIZE, "as the server is in good health, it waits for nothing"


def test_trouble_with_the_server_makes_it_wait_too(
    committed: sa.Engine, deliver: Deliver, now: datetime, script: Script
) -> None:
    def away() -> None:
        raise MailAway("ConnectionRefusedError")

    counts = deliver(Waiting(script, away))
    assert counts == {"sent": LATE, "queued": 1 + CLAIM_SIZE}
    with committed.connect() as connection:
        waiting = sa.select(sa.func.count()).where(Notice.state == "queued", Notice.not_before >= now + PAUSE)
        assert connection.execute(waiting).scalar_one() == 1 + CLAIM_SIZE


def test_a_killed_worker_leaves_it_to_the_sweep(
    committed: sa.Engine, deliver: Deliver, now: datetime, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise Killed

    server = Waiting(script, die)
    with monkeypatch.context() as patched:
        patched.setattr(claims, "release", die)
        with pytest.raises(Killed):
            deliver(server)
    assert count(committed, state="claimed") == 1 + CLAIM_SIZE
    later = now + CLAIM_TIMEOUT + timedelta(minutes=1)
    with transaction(committed) as session:
        swept = sweep_ledger(session, now=later)
    assert (swept.taken_back, swept.uncertain) == (CLAIM_SIZE, 1)
    assert swept.uncertain <= HAND_OVER_SIZE + HAND_OVER_EARLY
    sent = [*server.sent, *the_rest(deliver, later)]
    assert len(set(recipients(sent))) == len(sent) == ALL - 1


def test_what_grew_old_while_it_waited_is_checked_again(
    committed: sa.Engine, deliver: Deliver, now: datetime, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: set[UUID] = set()

    def meanwhile() -> None:
        with committed.connect() as connection:
            ours = sa.select(Notice.recipient_id).where(
                Notice.state == "claimed", Notice.handed_over_at.is_(None)
            )
            done.update(connection.scalars(ours))
        script.blocked.update(dict.fromkeys(done, "done"))
        # As if the last message took longer than a check holds.
        clock = Delivery.now
        monkeypatch.setattr(Delivery, "now", lambda run: clock(run) + FRESH * 2)

    server = Waiting(script, meanwhile)
    counts = deliver(server)
    assert counts == {"sent": ALL - CLAIM_SIZE, "suppressed": CLAIM_SIZE}
    assert count(committed, state="suppressed", reason="done") == len(done) == CLAIM_SIZE


def test_a_check_that_took_long_while_other_mail_went_out_is_old(
    deliver: Deliver, now: datetime, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, prepare, checks, passed = Delivery.now, ahead.prepare, list[int](), [timedelta()]
    monkeypatch.setattr(Delivery, "now", lambda run: clock(run) + passed[0])

    def slow(*given: Any, **named: Any) -> Any:
        checks.append(len(given[1]))
        if len(checks) == 2:
            passed[0] = FRESH * 2
        return prepare(*given, **named)

    monkeypatch.setattr(ahead, "prepare", slow)
    server = Waiting(script, lambda: None)
    assert deliver(server) == {"sent": ALL}
    assert checks[0] == checks[1] == CLAIM_SIZE
    assert CLAIM_SIZE in checks[2:], "the second batch was checked once more"


def test_who_is_interrupted_while_waiting_for_the_claim_gives_it_back(
    committed: sa.Engine, deliver: Deliver, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, first = Future.result, [True]

    def interrupted(future: Any, timeout: float | None = None) -> Any:
        if first:
            first.pop()
            raise KeyboardInterrupt
        return result(future, timeout)

    monkeypatch.setattr(Future, "result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        deliver(Waiting(script, lambda: None))
    assert (count(committed, state="sent"), count(committed, state="claimed")) == (CLAIM_SIZE, 0)


def test_an_error_while_claiming_ahead_costs_nothing_of_what_goes_out(
    committed: sa.Engine, deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, before = ahead.prepare, [True]
    broken: list[bool] = []

    def once(*given: object, **named: object) -> object:
        if before:
            before.pop()
            return prepare(*given, **named)  # type: ignore[arg-type]
        broken.append(True)
        raise OperationalError("SELECT", {}, Exception("the connection is gone"))

    monkeypatch.setattr(ahead, "prepare", once)
    server = Box()
    with pytest.raises(OperationalError):
        deliver(server)
    assert broken == [True]
    assert (count(committed, state="sent"), len(server.sent)) == (CLAIM_SIZE, CLAIM_SIZE)
    assert count(committed, state="queued", claimed_by="", claimed_at=None) == ALL - CLAIM_SIZE
