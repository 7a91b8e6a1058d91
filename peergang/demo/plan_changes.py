"""What changes on the way: more time, another school, a merger, notes, profiles, and somebody who would like to join."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from peergang.core.clock import at_local, local_date
from peergang.demo.calendar import Calendar
from peergang.demo.events import Event, chance
from peergang.demo.story import Story

_SIGNED_OFF = {("halfway", "koen", 3)}
"""Who says already that they cannot come to the meeting that is next."""

_REASONS = (
    "Ik heb die middag oudergesprekken.",
    "Ik ben ziek.",
    "Onze teamdag valt op dezelfde dag.",
    "Mijn kind is ziek, ik blijf thuis.",
)

_NOTES = """## Wat we deden

We oefenden in drietallen met de vraag achter de vraag. Drie dingen bleven hangen:

- Stel eerst een vraag over het leren, dan pas over het hulpmiddel.
- Laat een stilte even duren.
- Vat samen in de woorden van de ander.

De volgende keer brengt ieder een eigen gesprek mee."""

_PROFILES = (
    (
        "amira",
        "network",
        "Ik help teams in de logistiek om toetsen te maken waar studenten van leren.",
        ("1.4", "2.1"),
        ("2.5",),
    ),
    ("bilal", "network", "Video in de les, zonder dat het een filmhuis wordt.", ("1.2", "1.3"), ("3.1",)),
    ("teun", "cohorts", "Simulaties voor de zeevaart, en wat je daarvan kunt meenemen.", ("1.1",), ("1.5",)),
    ("jerome", "network", "Gesprekken met collega’s die er eigenlijk geen tijd voor hebben.", ("2.2",), ()),
    ("saar", "network", "Zes jaar i-coach. Bel gerust over hoe je een team meekrijgt.", ("2.3", "f1"), ()),
    ("marijke", "network", "Trainer. Ik vraag graag door over begeleiden en feedback.", ("2.4", "4.1"), ()),
)
"""(who, to whom it is shown, what they tell, what they know, what interests them)"""


def signs_off(story: Story, who: str, number: int) -> bool:
    """Whether somebody told beforehand that they do not come to this meeting."""
    return (story.key, who, number) in _SIGNED_OFF


def why_not(who: str, number: int) -> str:
    """Why somebody cannot come."""
    return chance(who, "signs off", number).choice(_REASONS)


def plan_changes(story: Story, calendar: Calendar, anchor: datetime) -> Iterator[Event]:
    """The changes in a cohort, seen from the moment around which the demo is built."""
    if story.key == "halfway":
        yield from _on_the_way(story, calendar, anchor)
        yield from _around(story, anchor)
    elif story.key == "masterclass":
        yield Event(_on(anchor, 7, 9), story.key, "lotte", "open_joining")
        motivation = (
            "Ons team begint in het voorjaar met werkplekleren op afstand. Ik wil leren hoe je dat leidt."
        )
        yield Event(_on(anchor, 3, 20), story.key, "veerle", "ask", {"motivation": motivation})


def _on_the_way(story: Story, calendar: Calendar, anchor: datetime) -> Iterator[Event]:
    trainer = story.trainers[0]
    before = [one for one in calendar.gatherings if one.ends_at < anchor]
    if before:
        last = before[-1]
        due = local_date(last.ends_at) + timedelta(weeks=4)
        agreed = [
            ("amira", "Vraagt de toetscommissie om drie voorbeelden.", due),
            ("bilal", "Deelt de opname van het oefengesprek met zijn groep.", due),
        ]
        more = {"meeting": last.id, "notes": _NOTES, "agreed": agreed}
        yield Event(last.ends_at + timedelta(minutes=50), story.key, trainer, "write_up", more)
    more = {
        "person": "esmee",
        "slug": "m2b-reflectie",
        "longer": timedelta(days=10),
        "reason": "Twee weken examens afgenomen.",
    }
    yield Event(_on(anchor, 4, 11), story.key, trainer, "extend", more)
    yield Event(_on(anchor, 4, 14), story.key, trainer, "pin", {"person": "iris"})


def _around(story: Story, anchor: datetime) -> Iterator[Event]:
    today = local_date(anchor)
    more = {
        "person": "ravi",
        "to": "stoomhaven",
        "since": today - timedelta(days=30),
        "job": "docent Mechatronica en i-coach",
    }
    yield Event(_on(anchor, 24, 10), story.key, "lotte", "change_school", more)
    schools = {"schools": ("kopergaard", "lavendelhof")}
    yield Event(_on(anchor, 9, 15), story.key, "lotte", "merge", schools)
    for place, (who, visibility, about, expertise, interest) in enumerate(_PROFILES):
        told = {"visibility": visibility, "about": about, "expertise": expertise, "interest": interest}
        yield Event(_on(anchor, 20 - place, 20), story.key, who, "tell", told)


def _on(anchor: datetime, days: int, hour: int) -> datetime:
    """A working day about so many days before `anchor`, never later."""
    day: date = local_date(anchor) - timedelta(days=days)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return at_local(day, time(hour, 12))
