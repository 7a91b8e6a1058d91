"""Keeping an eye on how it goes: a judgment of a trainer, a false alarm, a call, hours of one's own, a table every week."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from peergang.core.clock import at_local, local_date
from peergang.demo.events import Event
from peergang.demo.story import Story
from peergang.progress.rules.hours import HoursKind

HOURS = (
    (41, 16, HoursKind.COURSE, "Studiemiddag formatief toetsen, met het team Logistiek", 12),
    (27, 20, HoursKind.STUDY, "Boek over feedback gelezen en er een kaartje met drie vragen van gemaakt", 10),
    (13, 15, HoursKind.VISIT, "Meegekeken bij Teun in de simulator van Stoomhaven", 14),
    (6, 19, HoursKind.EXCHANGE, "Kijkvragen uitgewisseld met de i‑coaches van ROC Zevenbruggen", 6),
)
"""(days before the moment around which the demo is built, at what hour, what kind, what, how many quarters)"""

JUDGED = (
    "Olaf sprak zijn teamleider in de lashal en ik was erbij. Het was een goed gesprek;"
    " alleen het opschrijven kwam er niet van."
)

FALSE_ALARM = "Iris stapte in bij module 2. Met haar is afgesproken dat ze module 1 inhaalt met de groep van het voorjaar."

CALL = (
    "Het team werkt deze weken met een collega minder, daardoor bleef Peergang liggen. Pim vraagt de teamleider om"
    " twee vaste uren op dinsdagmiddag. Ik bel volgende week hoe dat ging."
)


def plan_following(story: Story, anchor: datetime) -> Iterator[Event]:
    """All of it, for the cohort that is halfway."""
    if story.key != "halfway":
        return
    first = story.trainers[0]
    for days, hour, kind, words, quarters in HOURS:
        done = {"kind": kind, "words": words, "quarters": quarters}
        yield Event(_before(anchor, days, hour), story.key, "amira", "keep_hours", done)
    judged = {"person": "olaf", "slug": "m2a-teamleider-spreken", "reason": JUDGED}
    yield Event(_before(anchor, 5, 15), story.key, first, "override", judged)
    alarm = {"person": "iris", "rule": "overdue", "reason": FALSE_ALARM}
    yield Event(_monday(anchor), story.key, first, "dismiss", alarm)
    call = {"school": "kraaiendonk", "with": "Pim Vogelkers", "words": CALL, "again": 7}
    yield Event(_before(anchor, 2, 14), story.key, "lotte", "call", call)
    yield Event(
        _before(anchor, 9, 16), story.key, "lotte", "subscribe", {"kind": "participation", "weekday": 1}
    )


def _before(anchor: datetime, days: int, hour: int) -> datetime:
    """A working day about so many days before `anchor`, never later."""
    day = local_date(anchor) - timedelta(days=days)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return at_local(day, time(hour, 25))


def _monday(anchor: datetime) -> datetime:
    """In the latest week of which the platform has seen on Monday morning who asks for attention."""
    day = local_date(anchor)
    found = at_local(day - timedelta(days=day.weekday()), time(10, 40))
    return found if found < anchor else at_local(day - timedelta(days=day.weekday() + 7), time(10, 40))
