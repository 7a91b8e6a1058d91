"""Several workers on one ledger, and workers that die or lag behind: real commits, several connections."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.db import transaction
from peergang.core.errors import Conflict, Forbidden, NotFound
from peergang.core.mail import MailUncertain, Meanwhile, do_nothing
from peergang.core.permissions import SYSTEM, Actor
from peergang.notifications.actions import claims
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.plan import plan_rule
from peergang.notifications.actions.recording import Recorder, recording
from peergang.notifications.actions.replaying import settle_notice
from peergang.notifications.actions.sweep import sweep_ledger
from peergang.notifications.models import Notice
from peergang.notifications.rules import CLAIM_TIMEOUT, NoticeState, Outcome
from tests.factories.identity import make_user
from tests.factories.notifications import (
    NAME,
    Box,
    Killed,
    Script,
    make_notice,
    recipients,
    use_script,
)

pytestmark = pytest.mark.committed


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    return use_script(monkeypatch)


def fill(engine: sa.Engine, now: datetime, number: int) -> None:
    with transaction(engine) as session:
        for _ in range(number):
            make_notice(session, make_user(session), now)


def states(engine: sa.Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return dict(connection.execute(sa.select(Notice.state, sa.func.count()).group_by(Notice.state)).all())


def test_two_workers_send_each_notice_once(
    committed: sa.Engine, settings: Settings, now: datetime, script: Script
) -> None:
    fill(committed, now, 500)
    boxes = [Box() for _ in range(4)]
    threads = [
        threading.Thread(
            target=deliver_due, args=(committed, settings, box), kwargs={"now": now, "worker": str(number)}
        )
        for number, box in enumerate(boxes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = recipients(mail for box in boxes for mail in box.sent)
    assert len(sent) == len(set(sent)) == 500
    assert states(committed) == {"sent": 500}
    assert sum(1 for box in boxes if box.sent) > 1, "they shared the work"


def test_two_planners_write_each_notice_once(committed: sa.Engine, now: datetime, script: Script) -> None:
    with transaction(committed) as session:
        for _ in range(300):
            make_user(session)
    counted: list[int] = []

    def plan() -> None:
        with transaction(committed) as session:
            counted.append(plan_rule(session, NAME, now=now))

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counted) == 300
    assert states(committed) == {"queued": 300}


def kill_in(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Let the worker die at `step`, and let it take its tidying up with it."""
    from peergang.notifications.actions.writing import Writer

    def die(*_: object, **__: object) -> None:
        raise Killed

    finish, before = Recorder.finish, [None] * 12

    def die_at_the_thirteenth(recorder: Recorder, *given: Any, **named: Any) -> None:
        if not before:
            # What was recorded is with the server, and its answer is read here only to see it below.
            recorder.collect()
            raise Killed
        before.pop()
        finish(recorder, *given, **named)

    if step == "before_hand_over":
        monkeypatch.setattr(Writer, "write", die)
    else:
        monkeypatch.setattr(Recorder, "finish", die if step == "before_record" else die_at_the_thirteenth)
    monkeypatch.setattr(claims, "release", die)


@pytest.mark.parametrize(
    ("step", "left", "mails_in_the_end"),
    [
        # Nothing went out: everything is taken back by itself, and goes out.
        ("before_hand_over", {"queued": 40}, 40),
        # One went out and was not recorded; fifteen more were marked. A human decides about sixteen; the rest goes out.
        ("before_record", {"queued": 24, "uncertain": 16}, 25),
        # At the thirteenth the next are marked already: a human decides about the last four and the sixteen after them.
        ("before_the_thirteenth_record", {"queued": 8, "uncertain": 20, "sent": 12}, 21),
    ],
)
def test_a_killed_worker_loses_nothing_and_sends_nothing_twice(
    committed: sa.Engine,
    settings: Settings,
    now: datetime,
    script: Script,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    left: dict[str, int],
    mails_in_the_end: int,
) -> None:
    fill(committed, now, 40)
    box = Box()
    with monkeypatch.context() as patched:
        kill_in(patched, step)
        with pytest.raises(Killed):
            deliver_due(committed, settings, box, now=now)
    written = {state: number for state, number in left.items() if state == "sent"}
    held = {"claimed": 40 - sum(written.values()), **written}
    assert states(committed) == held
    soon, later = now + CLAIM_TIMEOUT - timedelta(seconds=5), now + CLAIM_TIMEOUT + timedelta(seconds=5)
    with transaction(committed) as session:
        sweep_ledger(session, now=soon)
    assert states(committed) == held, "a slow worker gets its time"
    with transaction(committed) as session:
        assert sweep_ledger(session, now=later).due
    assert states(committed) == left
    deliver_due(committed, settings, box, now=later)
    sent = recipients(box.sent)
    assert len(sent) == len(set(sent)) == mails_in_the_end


def test_who_lost_a_claim_sends_nothing_more(committed: sa.Engine, now: datetime) -> None:
    fill(committed, now, 3)
    with transaction(committed) as session:
        token, rows = claims.claim_due(session, "slow", now=now)
    ids = [row.id for row in rows]
    with transaction(committed) as session:
        sweep_ledger(session, now=now + CLAIM_TIMEOUT * 2)
    with recording(committed, token) as recorder:
        recorder.begin_hand_over({one: one for one in ids}, now=now)
        assert recorder.end_hand_over() == set()
        recorder.finish([ids[0]], NoticeState.SENT, now=now)
        recorder.retry(ids[1], {ids[1]: 0}, now=now, reason="451")
    with transaction(committed) as session:
        claims.release(session, token, rows, until=now + timedelta(days=1))
        claims.suppress(session, token, ids, "done", now=now)
    assert states(committed) == {"queued": 3}


def test_a_slow_worker_that_comes_back_settles_what_was_uncertain(
    committed: sa.Engine, now: datetime
) -> None:
    fill(committed, now, 1)
    with transaction(committed) as session:
        token, (row,) = claims.claim_due(session, "slow", now=now)
    with recording(committed, token) as recorder:
        recorder.begin_hand_over({row.id: row.id}, now=now)
        assert recorder.end_hand_over() == {row.id}
        with transaction(committed) as session:
            assert sweep_ledger(session, now=now + CLAIM_TIMEOUT * 2).uncertain == 1
        recorder.finish([row.id], NoticeState.SENT, now=now)
    assert states(committed) == {"sent": 1}


def test_only_results_do_not_wait_for_the_disk(committed: sa.Engine) -> None:
    who_says = sa.text("SELECT setting, source FROM pg_settings WHERE name = 'synchronous_commit'")
    with recording(committed, "token") as recorder:
        assert recorder._quick.execute(who_says).one() == ("off", "session")
        assert recorder._durable.execute(who_says).one().source != "session"
    for _ in range(3):
        with transaction(committed) as session:
            assert session.execute(who_says).one().source != "session"


def test_expiry(session: Session, now: datetime) -> None:
    user = make_user(session)
    old, fresh = make_notice(session, user, now, expires_at=now), make_notice(session, user, now)
    swept = sweep_ledger(session, now=now)
    session.expire_all()
    assert (old.state, fresh.state, swept.expired, swept.due) == ("expired", "queued", 1, True)


@pytest.mark.parametrize("before", ["uncertain", "failed"])
@pytest.mark.parametrize(
    ("outcome", "state"), [("sent", "sent"), ("again", "queued"), ("drop", "suppressed")]
)
def test_a_human_decides(session: Session, now: datetime, before: str, outcome: str, state: str) -> None:
    notice = make_notice(
        session, make_user(session), now, state=before, claimed_by="dead", handed_over_at=now, attempts=6
    )
    settle_notice(session, SYSTEM, notice.id, Outcome(outcome), now=now)
    assert notice.state == state
    assert notice.attempts == (0 if outcome == "again" else 6)
    with pytest.raises(Conflict):
        settle_notice(session, SYSTEM, notice.id, Outcome(outcome), now=now)
    with pytest.raises(Forbidden):
        settle_notice(session, Actor(user_id=notice.recipient_id), notice.id, Outcome.SENT, now=now)
    with pytest.raises(NotFound):
        settle_notice(session, SYSTEM, notice.recipient_id, Outcome.SENT, now=now)


def test_what_is_out_of_date_is_not_sent_again(session: Session, now: datetime) -> None:
    notice = make_notice(session, make_user(session), now, state="uncertain", expires_at=now)
    with pytest.raises(Conflict, match="notice_expired"):
        settle_notice(session, SYSTEM, notice.id, Outcome.AGAIN, now=now)


def test_uncertain_is_not_repeated_by_anybody(
    committed: sa.Engine, settings: Settings, now: datetime, script: Script
) -> None:
    fill(committed, now, 1)

    class Breaks(Box):
        def send(
            self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing
        ) -> None:
            super().send(sender, recipient, message, meanwhile)
            raise MailUncertain("SMTPServerDisconnected")

    box = Breaks()
    for hour in range(5):
        with transaction(committed) as session:
            sweep_ledger(session, now=now + timedelta(hours=hour))
            plan_rule(session, "meeting_tomorrow", now=now + timedelta(hours=hour))
        deliver_due(committed, settings, box, now=now + timedelta(hours=hour))
    assert len(box.sent) == 1
    assert states(committed) == {"uncertain": 1}
