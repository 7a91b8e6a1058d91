"""Claiming and checking: the first batch of a run at once, every further one while the batch before it is being sent.

The check of two hundred notices and the commit of their claim take as long as sending fifty mails. A thread does them in the
time in which the run waits for the mail server, so that mail goes out without a pause.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import Engine

from peergang.core.db import Bind, transaction
from peergang.notifications.actions import claims
from peergang.notifications.actions.claims import Claimed
from peergang.notifications.actions.prepare import Prepared, prepare
from peergang.notifications.rules import CLAIM_SIZE


@dataclass(frozen=True, slots=True)
class Held:
    """What one claim holds, and what its check, begun at `checked`, said of it; `made_ahead` when it waits for its turn."""

    token: str
    rows: Sequence[Claimed]
    checked: datetime
    prepared: Prepared
    made_ahead: bool


def check(bind: Bind, token: str, rows: Sequence[Claimed], *, now: datetime) -> Prepared:
    """Judge these notices of the claim, and write down what is suppressed and what waits: that is claimed no more."""
    by_id = {row.id: row for row in rows}
    with transaction(bind) as session:
        prepared = prepare(session, rows, now=now)
        for reason, ids in prepared.suppressed.items():
            claims.suppress(session, token, ids, reason, now=now)
        for (reason, until), ids in prepared.waiting.items():
            claims.postpone(session, token, [by_id[one] for one in ids], reason, until=until)
    return prepared


class Claims:
    """The claims of one run, one after the other. As a context manager: at its end no thread is left at work."""

    def __init__(self, bind: Bind, worker: str, clock: Callable[[], datetime]) -> None:
        self._bind = bind
        self._worker = worker
        self._clock = clock
        self._pool = ThreadPoolExecutor(1, "claim-ahead")
        self._ahead: Future[Held | None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def look_ahead(self, held: Held) -> None:
        """Begin to claim what comes after `held`, unless there is likely nothing left.

        Without a connection of its own (a test gives one for everything) the thread would speak in between.
        """
        if self._ahead is None and len(held.rows) >= CLAIM_SIZE and isinstance(self._bind, Engine):
            # Without a thread to be had the next is claimed in its turn.
            with suppress(RuntimeError):
                # With what is set for this run, such as what every line of the log says of it.
                self._ahead = self._pool.submit(copy_context().run, self._hold, made_ahead=True)

    def take(self) -> Held | None:
        """The next claim, or None when nothing is due that others do not hold. Raises what the thread raised."""
        return self.take_ahead() or self._hold()

    def take_ahead(self) -> Held | None:
        """What was claimed ahead, if anything; waits for the thread."""
        if self._ahead is None:
            return None
        # Who is interrupted while waiting here finds it the next time.
        held = self._ahead.result()
        self._ahead = None
        return held

    def _hold(self, *, made_ahead: bool = False) -> Held | None:
        with transaction(self._bind) as session:
            token, rows = claims.claim_due(session, self._worker, now=self._clock())
        if not rows:
            return None
        now = self._clock()
        try:
            return Held(token, rows, now, check(self._bind, token, rows, now=now), made_ahead)
        except BaseException:
            with transaction(self._bind) as session:
                claims.release(session, token, rows, until=now)
            raise
