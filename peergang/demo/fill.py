"""Filling an empty database with the demo."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from peergang.core.clock import local_date
from peergang.core.config import Settings
from peergang.core.db import transaction
from peergang.core.mail import Transport
from peergang.demo.acts.joining import count_people, newest_edition
from peergang.demo.days import Happened, World, live
from peergang.demo.memory import Memory, find_memory, remember
from peergang.demo.network import make_network
from peergang.demo.stories import tell_stories
from peergang.demo.upkeep import BouncingTransport

MAIL_DAYS = 14
"""For so many days back mail is really sent: enough for a believable page of outgoing mail, and no flood of old news."""


class CannotFill(Exception):
    """The demo cannot be filled here; the message says why and what to do."""


def fill_demo(
    engine: Engine, settings: Settings, transport: Transport, say: Callable[[str], None], *, now: datetime
) -> Happened | None:
    """Build the demo around `now`. Gives what happened, or None when it is there already.

    A run that was killed is taken up where it stopped.

    Raises:
        CannotFill: the content is missing, the platform is a real one, or other people are in the database.
    """
    if settings.is_production:
        raise CannotFill("This is production; the demo's people and passwords do not belong here.")
    with transaction(engine) as session:
        memory = find_memory(session)
        if memory is not None and memory.filled:
            say("The demo is filled already; nothing was done.")
            return None
        if memory is None:
            memory = _begin(session, now)
            say("12 institutions and their contact persons")
        else:
            say("Going on where an earlier run stopped")
    busy_from = local_date(memory.anchor) - timedelta(days=MAIL_DAYS)
    world = World(engine, settings, BouncingTransport(transport), busy_from)
    for line in _live(world, now):
        say(line)
    with transaction(engine) as session:
        remember(session, Memory(memory.anchor, now, filled=True))
    return world.happened


def _begin(session: Session, now: datetime) -> Memory:
    """Check that there is room, and make the network.

    Raises:
        CannotFill: as above.
    """
    for programme in ("peergang", "masterclass"):
        if newest_edition(session, programme) is None:
            raise CannotFill(f"The programme {programme} is not loaded; run `peergang content load` first.")
    if count_people(session):
        raise CannotFill(
            "There are people in this database who are not the demo's. The demo fills an empty one:"
            " choose another database, or stop Peergang and remove var/."
        )
    make_network(session, now)
    first = min(story.made_on for story in tell_stories(local_date(now)))
    # Nothing happens before the first cohort is made.
    memory = Memory(now, now - (local_date(now) - first) - timedelta(days=1), filled=False)
    remember(session, memory)
    return memory


def _live(world: World, now: datetime) -> Iterator[str]:
    """Live until `now`, with a line a month."""
    month = None
    for day in live(world, now):
        if month not in (None, (day.year, day.month)):
            yield _line(world.happened, month)
        month = (day.year, day.month)
    if month is not None:
        yield _line(world.happened, month)


def _line(happened: Happened, month: tuple[int, int] | None) -> str:
    done = happened.done
    until = f"{month[0]}-{month[1]:02d}" if month else "the beginning"
    return (
        f"until {until}: {done['submit']} reflections submitted, {done['give']} times feedback,"
        f" {done['decide']} reviews, {done['publish']} examples, {done['attend']} meetings"
    )
