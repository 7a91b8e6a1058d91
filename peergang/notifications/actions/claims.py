"""Taking notices out of the ledger and writing back what became of them. Every step is guarded by the claim's token.

A claim is known by a token of its own, not by the worker's name: whoever lost a claim, because it was silent for too long and
the sweep took it back, finds that none of its updates match any more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from peergang.core.db import Bind
from peergang.notifications.actions.ledger_statements import (
    CLAIM,
    FINISH,
    HAND_OVER,
    LOCK_PEOPLE,
    POSTPONE,
    RELEASE,
    RETRY,
    SUPPRESS,
)
from peergang.notifications.actions.quick import QuickStatement
from peergang.notifications.actions.rates import Asked, Pace
from peergang.notifications.rules import CLAIM_SIZE, MAX_ATTEMPTS, NoticeState, retry_after

T = TypeVar("T")


class Claimed(NamedTuple):
    """A notice as it was claimed; `attempts` counts earlier ones, `mail_id` names the message in which it may have arrived."""

    id: UUID
    rule: str
    subject_id: UUID
    recipient_id: UUID
    occurrence: str
    attempts: int
    urgency: int
    ready_at: datetime
    expires_at: datetime
    mail_id: UUID | None
    read_at: datetime | None


def claim_due(session: Session, worker: str, *, now: datetime) -> tuple[str, list[Claimed]]:
    """Take what is due for up to CLAIM_SIZE people, the longest waiting first. Others' claims are stepped over.

    Returns:
        The token of this claim, and what it holds.
    """
    token = f"{worker}/{uuid4().hex[:12]}"
    people = session.scalars(LOCK_PEOPLE, {"now": now, "size": CLAIM_SIZE}).all()
    if not people:
        return token, []
    # A statement of its own, so that it sees what others claimed before they let go of these people.
    rows = session.execute(CLAIM, {"token": token, "now": now, "people": people})
    return token, [Claimed(*row) for row in rows]


def suppress(session: Session, token: str, ids: Sequence[UUID], reason: str, *, now: datetime) -> None:
    """Record that these need not be sent any more, and why (invariant 7)."""
    session.execute(SUPPRESS, {"token": token, "ids": list(ids), "reason": reason, "now": now})


def release(session: Session, token: str, rows: Iterable[Claimed], *, until: datetime) -> None:
    """Give back what this claim certainly did not send, to be tried again from `until` on."""
    session.execute(RELEASE, {"token": token, "until": until} | _ids(rows))


def postpone(session: Session, token: str, rows: Iterable[Claimed], reason: str, *, until: datetime) -> None:
    """Let these wait until then, and say why. It counts as no attempt."""
    session.execute(POSTPONE, {"token": token, "reason": reason, "until": until} | _ids(rows))


def _ids(rows: Iterable[Claimed]) -> dict[str, list[UUID]]:
    """All of them, and those that may have arrived before: only these stay bound to the message that they were in."""
    found = list(rows)
    return {"ids": [row.id for row in found], "again": [row.id for row in found if row.mail_id]}


class Recorder:
    """Writes down what happens to each message of one claim: on two connections, because two things are asked of the disk.

    The record of one mail is on its way to the server before the next mail begins; its answer is read after that one.
    """

    def __init__(self, durable: Connection, quick: Connection, token: str) -> None:
        self._durable = durable
        self._quick = quick
        self._token = token
        driver: Any = quick.connection.driver_connection
        self._finish = QuickStatement(driver, FINISH)

    def hand_over(self, mails: Mapping[UUID, UUID], *, now: datetime) -> set[UUID]:
        """Mark that these notices are about to go to the mail server, each in its message (`mails`: the message by notice),
        and say which of them still are this claim's.

        It is on the disk when this returns, before the first byte goes out: a claim that lacks the mark was certainly not
        sent, and the sweep may queue it again. One wait for the disk serves HAND_OVER_SIZE messages.
        """
        self._finish.collect()
        values = {"token": self._token, "ids": list(mails), "mails": list(mails.values()), "now": now}
        return {row[0] for row in self._durable.exec_driver_sql(HAND_OVER, values)}

    def finish(
        self, notice_ids: Sequence[UUID], state: NoticeState, *, now: datetime, reason: str = ""
    ) -> None:
        """Record the end of the notices of one message."""
        ids = "{" + ",".join(map(str, notice_ids)) + "}"
        self._finish.send((state, reason, now, ids, self._token))

    def retry(
        self, mail_id: UUID, attempts: Mapping[UUID, int], *, now: datetime, reason: str, keep: bool = False
    ) -> None:
        """Record a refusal that may pass, of a message with these notices: later once more, or the end after MAX_ATTEMPTS.

        They come back at one moment, so that they find each other in one message again; under the id of this one (`keep`)
        when it may have arrived before.
        """
        until = now + retry_after(max(attempts.values()) + 1, mail_id)
        for notice_id, before in attempts.items():
            if before + 1 >= MAX_ATTEMPTS:
                self.finish([notice_id], NoticeState.FAILED, now=now, reason=reason)
                continue
            values = {"id": notice_id, "token": self._token, "reason": reason, "until": until, "keep": keep}
            self._finish.collect()
            self._quick.exec_driver_sql(RETRY, values)

    def take_turns(
        self, pace: Pace, letters: Sequence[Asked[T]], *, now: datetime
    ) -> tuple[list[T], dict[datetime, list[T]]]:
        """Which of these may go now, by how fast each provider is sent to, and until when each of the others waits."""
        if pace.is_limited:
            # Otherwise the last record may still be under way while the next mails are written.
            self._finish.collect()
        return pace.split(self._quick, letters, now)

    def collect(self) -> None:
        """Wait until the last result is recorded.

        Raises:
            psycopg.Error: it could not be.
        """
        self._finish.collect()

    def close(self) -> None:
        """The same, and leave the connection as it was."""
        self._finish.close()


@contextmanager
def recording(bind: Bind, token: str) -> Iterator[Recorder]:
    """A recorder for the claim `token`, whose every statement commits by itself.

    Results do not wait for the disk. That is safe here and nowhere else: when the database server dies within the half
    second, the record is lost and the notice stands there as handed over. It becomes uncertain and a human decides; it can
    never be sent again by itself, because the hand-over did wait. A worker that dies loses nothing at all: what it
    recorded is with the server.
    """
    if not isinstance(bind, Engine):
        recorder = Recorder(bind, bind, token)
        try:
            yield recorder
        finally:
            recorder.close()
        return
    source = bind.execution_options(isolation_level="AUTOCOMMIT")
    with source.connect() as durable, source.connect() as quick:
        quick.execute(text("SET synchronous_commit = off"))
        recorder = Recorder(durable, quick, token)
        try:
            yield recorder
            recorder.close()
            quick.execute(text("RESET synchronous_commit"))
        except BaseException:
            # Nobody may find this connection in the pool: it does not wait for the disk, or is in the middle of an answer.
            quick.invalidate()
            raise
