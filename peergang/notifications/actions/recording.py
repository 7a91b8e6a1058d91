"""Writing down in the ledger what happens to each message of one claim."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from peergang.core.db import Bind
from peergang.core.given import as_array
from peergang.notifications.actions.ledger_statements import FINISH, HAND_OVER, RETRY
from peergang.notifications.actions.quick import QuickStatement
from peergang.notifications.actions.rates import Asked, Pace
from peergang.notifications.rules import MAX_ATTEMPTS, NoticeState, retry_after

T = TypeVar("T")


class Recorder:
    """On two connections, because two things are asked of the disk; neither is waited for while there is something to send."""

    def __init__(self, durable: Connection, quick: Connection, token: str) -> None:
        self._quick = quick
        self._durable = durable
        self._token = token
        self._hand_over = _prepare(durable, "peergang_hand_over", HAND_OVER)
        self._finish = _prepare(quick, "peergang_finish", FINISH)
        self._handed_over: set[UUID] = set()

    def begin_hand_over(self, mails: Mapping[UUID, UUID], *, now: datetime) -> None:
        """Mark that these notices are about to go to the mail server, each in its message (`mails`: the message by notice).
        The disk is not waited for here but in `end_hand_over`, which must come before the first byte goes out.
        """
        values = (as_array(mails), as_array(mails.values()), now, self._token)
        if self._durable is self._quick:
            # One connection has one statement under way.
            self._finish.collect()
            self._hand_over.send(values)
            self._keep_answer()
        else:
            self._hand_over.send(values)

    def end_hand_over(self) -> set[UUID]:
        """Which of these notices still are this claim's; the others go no further.

        The mark is on the disk when this returns: a claim that lacks it was certainly not sent, and the sweep may queue it
        again. One wait for the disk serves HAND_OVER_SIZE messages.
        """
        self._keep_answer()
        ours, self._handed_over = self._handed_over, set()
        return ours

    def _keep_answer(self) -> None:
        self._handed_over |= {UUID(row[0]) for row in self._hand_over.collect()}

    def finish(
        self, notice_ids: Sequence[UUID], state: NoticeState, *, now: datetime, reason: str = ""
    ) -> None:
        """Record the end of the notices of one message."""
        self._finish.send((state, reason, now, as_array(notice_ids), self._token))

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
            self.collect()
            self._quick.exec_driver_sql(RETRY, values)

    def take_turns(
        self, pace: Pace, letters: Sequence[Asked[T]], *, now: datetime
    ) -> tuple[list[T], dict[datetime, list[T]]]:
        """Which of these may go now, by how fast each provider is sent to, and until when each of the others waits."""
        if pace.is_limited:
            # Otherwise the last record may still be under way while the next mails are written.
            self.collect()
        return pace.split(self._quick, letters, now)

    def collect(self) -> None:
        """Wait until every result so far is recorded.

        Raises:
            psycopg.Error: it could not be.
        """
        self._finish.collect()

    def close(self) -> None:
        """The same, and leave the connections as they were."""
        self._keep_answer()
        self.collect()
        self._finish.close()
        self._hand_over.close()


def _prepare(connection: Connection, name: str, statement: str) -> QuickStatement:
    driver: Any = connection.connection.driver_connection
    return QuickStatement(driver, name, statement)


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
        try:
            quick.execute(text("SET synchronous_commit = off"))
            for one in (durable, quick):
                # For a list of ids PostgreSQL would make a plan anew at every execution, which costs more than the update.
                one.execute(text("SET plan_cache_mode = force_generic_plan"))
            recorder = Recorder(durable, quick, token)
            try:
                yield recorder
            finally:
                # Also when the run ends early: what is known is written down.
                recorder.close()
            quick.execute(text("RESET synchronous_commit"))
            for one in (durable, quick):
                one.execute(text("RESET plan_cache_mode"))
        except BaseException:
            # Nobody may find these in the pool: one does not wait for the disk, either may be in the middle of an answer.
            durable.invalidate()
            quick.invalidate()
            raise
