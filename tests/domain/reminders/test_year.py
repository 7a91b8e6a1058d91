"""A year of reminders in fast motion: nothing twice, nothing after it is done, nothing at night, never more than fits in a
week, and everything in time.

The suite runs the days around both changes of the clock with a few people. `PEERGANG_YEAR=1` runs three cohorts with 400
people over a whole school year, an hour a step, and prints its figures.
"""

import os
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pprint import pprint

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from peergang.core.config import Settings
from peergang.core.db import transaction
from peergang.core.mail import Meanwhile, do_nothing
from peergang.notifications.actions.deliver import deliver_due
from peergang.notifications.actions.sweep import sweep_ledger
from tests.domain.reminders.year.beat import Planner
from tests.domain.reminders.year.recount import Sent, recount
from tests.domain.reminders.year.world import HERE, World, at, build

HOUR = timedelta(hours=1)
MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


@dataclass
class Server:
    """Takes every mail, and notes when."""

    now: datetime
    sent: list[Sent] = field(default_factory=list)

    def send(self, sender: str, recipient: str, message: bytes, meanwhile: Meanwhile = do_nothing) -> None:
        found = MESSAGE_ID.search(message)
        assert found
        self.sent.append(Sent(self.now, recipient, found[1].decode()))

    def close(self) -> None:
        pass


def live(
    engine: sa.Engine, settings: Settings, world: World, first: date, last: date, hours: int = 1
) -> tuple[Server, Planner]:
    """Let the hours pass: what happens, then what workers do about it."""
    moment = at(first)
    server, planner = Server(moment), Planner()
    while moment < at(last):
        server.now = moment
        with transaction(engine) as session:
            world.let_happen(session, moment)
        with transaction(engine) as session:
            planner.plan(session, now=moment)
            sweep_ledger(session, now=moment)
        deliver_due(engine, settings, server, now=moment, budget=None)
        if moment.astimezone(HERE).day != (moment + hours * HOUR).astimezone(HERE).day == 1:
            print(f"until {moment:%d-%m-%Y}: {len(server.sent)} mails", flush=True)
        moment += hours * HOUR
    return server, planner


def judge_it(engine: sa.Engine, server: Server, planner: Planner) -> None:
    with Session(engine) as session:
        wrong, figures = recount(session, server.sent)
    pprint(figures | {"planning": dict(planner.seen)}, sort_dicts=False)
    assert not wrong, "\n".join(wrong[:20])
    assert server.sent


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "first", "last"),
    [
        (date(2026, 9, 21), date(2026, 10, 24), date(2026, 10, 27)),
        (date(2027, 2, 15), date(2027, 3, 27), date(2027, 3, 30)),
    ],
    ids=["summer-time-ends", "summer-time-begins"],
)
def test_the_week_in_which_the_clock_changes(
    committed: sa.Engine, settings: Settings, start: date, first: date, last: date
) -> None:
    with Session(committed) as session:
        world = build(session, [start], people=14, seed=7)
    judge_it(committed, *live(committed, settings, world, first, last, hours=3))


@pytest.mark.slow
@pytest.mark.skipif("PEERGANG_YEAR" not in os.environ, reason="takes an hour; PEERGANG_YEAR=1 asks for it")
def test_a_whole_year(committed: sa.Engine, settings: Settings) -> None:
    starts = [date(2026, 9, 7), date(2026, 11, 16), date(2027, 2, 8)]
    with Session(committed) as session:
        world = build(session, starts, people=int(os.environ.get("PEERGANG_YEAR_PEOPLE", "400")), seed=2026)
    hours = int(os.environ.get("PEERGANG_YEAR_STEP", "1"))
    judge_it(committed, *live(committed, settings, world, date(2026, 9, 1), date(2027, 8, 31), hours=hours))
