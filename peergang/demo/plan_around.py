"""What happens around reflections in the running cohort: trainers among themselves, conversations, and an example."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from peergang.core.clock import at_local, local_date
from peergang.demo.calendar import Calendar
from peergang.demo.events import Event
from peergang.demo.story import Story

MODULE = 3
"""The number of the module that the cohort works on."""

REFLECTION = "m2b-reflectie"

PHRASES = (
    ("Begin met kijken", "Ik zie in je tekst dat "),
    ("Vraag door op eigen aandeel", "Wat deed jij op dat moment bewust niet, en wat leverde dat op?"),
    ("Kleine stap", "Maak je volgende stap zo klein dat hij deze week past. Op welke dag doe je hem?"),
    ("Studenten", "Waaraan merkten studenten dit? Eén zin van één student is genoeg."),
    ("Afgerond", "Afgerond. Neem dit mee naar de bijeenkomst, anderen kunnen er iets aan hebben."),
)

TALK = "Wie heeft een kijkvraag die echt werkte?"
QUIET = "Mag het ook op papier?"
AFTER = "Het vraagkaartje dat rondging"

SAID: dict[str, tuple[tuple[float, str, str], ...]] = {
    TALK: (
        (
            8.1,
            "bilal",
            "Mijn koppels kijken overal naar, en dus nergens. Welke **ene** kijkvraag leverde bij jullie een goed gesprek op?",
        ),
        (
            7.4,
            "siebe",
            "Bij ons: *hoe vaak kijkt een student naar een ander in plaats van naar het scherm?* Iedereen kan het tellen.",
        ),
        (
            5.2,
            "yara",
            "Wij namen er een van @Siebe over. Let op: spreek vooraf af dat je alleen telt.\n\n- wel: aantallen\n- niet: namen",
        ),
        (
            2.1,
            "marijke",
            "Mooi rijtje. @Amira, jij had drie kijkvragen op één kaartje. Wil je die hier zetten? Dan nemen we ze dinsdag mee.",
        ),
    ),
    QUIET: (
        (
            6.3,
            "nour",
            "Mijn team heeft genoeg van schermen. Mag de interventie ook zonder ict, als het leren maar klopt?",
        ),
        (
            5.9,
            "marijke",
            "Ja. Schrijf er dan bij waarom papier hier beter past. Dat is ook een keuze van een i‑coach.",
        ),
    ),
    AFTER: (
        (
            21.3,
            "jerome",
            "Wie heeft het kaartje met de drie vragen over? Ik heb alleen een foto met een koffiekring.",
        ),
        (20.6, "amira", "Ligt bij mij. @Jérôme, ik breng er volgende keer tien mee."),
    ),
}
"""(days before the moment around which the demo is built, who, what)"""

READ = ((1.4, "bilal"), (0.9, "siebe"))

EXAMPLE = {
    "title": "Van cursus naar maandagochtend",
    "summary": "Eén zin aan het eind van elke opdracht laat zien wie er vastloopt.",
    "context": "Een docent Logistiek vroeg om een cursus. De vraag erachter ging over maandagochtend.",
    "approach": "Elke opdracht eindigt met één zin: wat snap ik nog niet? Bilal vroeg in zijn feedback wat studenten deden"
    " nadat de docent hun zinnen had voorgelezen. Dat werd de tweede ronde.",
    "result": "Van de 24 studenten schreven er 19 een zin. Drie schreven alleen een vraagteken.",
    "learned": "Marijke schreef: ‘Van cursus naar maandagochtend in één vraag.’ Die vraag staat nu op een briefje.",
}


def plan_around(story: Story, calendar: Calendar, anchor: datetime) -> Iterator[Event]:
    """All of it, for the cohort that is halfway."""
    if story.key != "halfway":
        return
    yield from _trainers(story, anchor)
    yield from _talks(story, calendar, anchor)
    about = {"author": "amira", "slug": "m1-reflectie", "values": EXAMPLE}
    yield Event(_before(anchor, 3, 19), story.key, "amira", "promote", about)


def _trainers(story: Story, anchor: datetime) -> Iterator[Event]:
    first, second = story.trainers
    yield Event(_before(anchor, 18, 13), story.key, first, "keep_phrases", {"phrases": PHRASES})
    note = "Hanne belde me hierover. Ik ben er deze week niet; jij leest dit met frisse ogen."
    handed = {"author": "hanne", "slug": REFLECTION, "to": first, "note": note}
    yield Event(anchor - timedelta(hours=14), story.key, second, "hand_over", handed)
    sample = {
        "author": "siebe",
        "slug": REFLECTION,
        "with": first,
        "judged": ("yes", "yes", "partly", "yes", "partly"),
        "note": "Het verband met het teamdoel staat er. Over de volgende stap twijfel ik.",
    }
    yield Event(_before(anchor, 2, 15), story.key, second, "calibrate", sample)
    away = {"days": 4, "cover": first}
    yield Event(anchor - timedelta(hours=13), story.key, second, "be_away", away)


def _talks(story: Story, calendar: Calendar, anchor: datetime) -> Iterator[Event]:
    held = [one for one in calendar.gatherings if one.ends_at < anchor]
    places: dict[str, dict[str, object]] = {TALK: {"module": MODULE}, QUIET: {"module": MODULE}}
    if held:
        places[AFTER] = {"meeting": held[-1].id}
    opened = next((one.opens_at for one in calendar.stretches if one.number == MODULE), anchor)
    for title, place in places.items():
        (_, starter, _), *_ = said = SAID[title]
        for days, who, body in said:
            at = max(anchor - timedelta(days=days), opened + timedelta(hours=30 - days))
            more = {"title": title, "body": body} | place
            what = "start_talk" if who == starter else "reply"
            yield Event(at, story.key, who, what, more)
    for days, who in READ:
        yield Event(anchor - timedelta(days=days), story.key, who, "read_talk", {"title": TALK})


def _before(anchor: datetime, days: int, hour: int) -> datetime:
    """A working day about so many days before `anchor`, never later."""
    day: date = local_date(anchor) - timedelta(days=days)
    day -= timedelta(days=max(0, day.weekday() - 4))
    return at_local(day, time(hour, 24))
