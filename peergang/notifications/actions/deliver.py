"""Delivery: claim, check and judge, hand over, send, record. Nothing is lost and nothing goes out twice;
docs/decisions/0010-notices.md goes through every point at which a worker may die.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from peergang.core.config import Settings
from peergang.core.db import Bind
from peergang.core.mail import Transport
from peergang.notifications.actions.ahead import Claims
from peergang.notifications.actions.batch import Batch
from peergang.notifications.actions.rates import Pace
from peergang.notifications.actions.sending_run import Delivery
from peergang.notifications.actions.writing import Writer

log = structlog.get_logger(__name__)

BUDGET = timedelta(seconds=30)


def deliver_due(
    bind: Bind,
    settings: Settings,
    transport: Transport,
    *,
    now: datetime,
    worker: str = "here",
    budget: timedelta | None = BUDGET,
    keep_on: Callable[[], bool] = lambda: True,
) -> Counter[str]:
    """Send what is due, until nothing is left, `budget` is used up (None: never) or `keep_on` says no.

    Any number of workers may do this at the same time. Mail server troubles do not raise: what was certainly not sent is
    queued again.

    Returns:
        How many notices ended in which state; "queued" counts those that wait for another try, "waiting" those that
        wait for a better moment.
    """
    run = Delivery(bind, settings, transport, now, Writer(settings), Pace(settings.mail_rates))

    def in_time() -> bool:
        return keep_on() and (budget is None or run.now() - now < budget)

    with Claims(bind, worker, run.now) as following:
        try:
            while in_time() and not run.pause and (held := following.take()):
                Batch(run, held).deliver(in_time, partial(following.look_ahead, held))
        finally:
            # Claimed while the last batch went out, and its turn does not come any more.
            if left := following.take_ahead():
                Batch(run, left).skip()
    if run.counts:
        log.info("delivered", **run.counts)
    return run.counts
