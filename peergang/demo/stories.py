"""The three cohorts of the demo, as dates around one moment and as what becomes of each person."""

from datetime import date, timedelta

from peergang.core.free_days import free_days
from peergang.demo.story import Ending, Pace, Part, Scene, Story

TUESDAY = 1


def next_tuesday(day: date) -> date:
    """The first Tuesday on or after `day`."""
    return day + timedelta(days=(TUESDAY - day.weekday()) % 7)


def working(day: date) -> date:
    """`day`, or so many weeks later that it is neither a public holiday nor in the Christmas holiday."""
    while day in free_days((day.year,)) or (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 3):
        day += timedelta(weeks=1)
    return day


def _season(starts_on: date) -> str:
    autumn = starts_on.month >= 7
    return f"{'najaar' if autumn else 'voorjaar'} {starts_on.year}"


def tell_stories(today: date) -> tuple[Story, ...]:
    """The three cohorts as they are when the demo begins on `today`."""
    return _finished(today), _halfway(today), _masterclass(today)


def _finished(today: date) -> Story:
    starts_on = working(next_tuesday(today - timedelta(days=331)))
    meetings = tuple(working(starts_on + timedelta(weeks=week)) for week in (4, 9, 14, 19, 24))
    early, steady, late = Pace.EARLY, Pace.STEADY, Pace.LATE
    return Story(
        key="finished",
        name=f"Peergang {_season(starts_on)}, groep Zuid",
        programme="peergang",
        starts_on=starts_on,
        ends_on=meetings[-1] + timedelta(days=10),
        meetings=meetings,
        made_on=starts_on - timedelta(days=34),
        capacity=16,
        trainers=("sjoerd",),
        parts=(
            Part("saar", early),
            Part("stijn", early),
            Part("aya", early),
            Part("merel", steady),
            Part("joris", late, absent=frozenset({4})),
            Part("tirza", steady),
            Part("daniel", late, absent=frozenset({3, 5})),
            Part("noelle", steady),
            Part("mees", steady, absent=frozenset({2})),
            Part("floor", late),
            Part("lieke", early),
            Part("zoe", steady),
            Part("geert", steady, stops=2, answers=4),
        ),
        groups={
            "Koppelpoort": ("saar", "stijn", "aya", "merel"),
            "Stapstenen": ("joris", "tirza", "daniel", "noelle"),
            "Veerpont": ("mees", "floor", "lieke", "zoe", "geert"),
        },
        place="Lindeborg College, aula",
        leaves=(("geert", meetings[0] + timedelta(days=15)),),
        closes_on=meetings[-1] + timedelta(days=14),
        shift=4,
    )


def _halfway(today: date) -> Story:
    here = next_tuesday(today + timedelta(days=6))
    starts_on = here - timedelta(weeks=12)
    meetings = (
        here - timedelta(weeks=8),
        here - timedelta(weeks=4),
        here,
        working(here + timedelta(weeks=5)),
        working(here + timedelta(weeks=10)),
    )
    early, steady, late = Pace.EARLY, Pace.STEADY, Pace.LATE
    gone, silent = frozenset({2, 3, 4, 5}), frozenset({2, 3})
    return Story(
        key="halfway",
        name=f"Peergang {_season(starts_on)}, groep Noord",
        programme="peergang",
        starts_on=starts_on,
        ends_on=meetings[-1] + timedelta(days=10),
        meetings=meetings,
        made_on=starts_on - timedelta(days=30),
        capacity=16,
        trainers=("marijke", "sjoerd"),
        parts=(
            Part("amira", steady),
            Part("bilal", early),
            Part("teun", early),
            Part("yara", steady),
            Part("koen", steady),
            Part("esmee", late),
            Part("ravi", steady),
            Part("siebe", early, absent=frozenset({1})),
            Part("maud", steady, stops=2, absent=gone),
            Part("jerome", early),
            Part("hanne", steady),
            Part("wessel", steady, stops=1, answers=5),
            Part("daan", late, stops=1, absent=gone),
            Part("sirin", early),
            Part("olaf", steady, stops=2, absent=silent),
            Part("nour", late),
            Part("iris", steady, joins=2, answers=3),
            Part("fenna", steady, joins=99),
        ),
        groups={
            "Ophaalbrug": ("amira", "bilal", "teun", "yara"),
            "Draaibrug": ("koen", "esmee", "ravi", "siebe"),
            "Tuibrug": ("maud", "jerome", "hanne", "wessel", "iris"),
            "Boogbrug": ("daan", "sirin", "olaf", "nour"),
        },
        place="Vakcollege Stoomhaven, lokaal 2.14",
        leaves=(("wessel", meetings[0] + timedelta(days=9)),),
        closes_on=meetings[-1] + timedelta(days=14),
        scenes=_scenes(),
    )


def _scenes() -> dict[tuple[str, str], Scene]:
    slug = "m2b-reflectie"
    scenes = {
        "amira": Scene(Ending.RETURNED, 12, 10, givers=("bilal", "teun")),
        "bilal": Scene(Ending.APPROVED, 13, 11.4, givers=("amira", "yara")),
        "teun": Scene(Ending.IMPROVED, 9, 6, givers=("yara", "bilal")),
        "yara": Scene(Ending.WAITING, 8, 4.2, givers=("bilal",)),
        "koen": Scene(Ending.REVISING, 8, 6.2, givers=("ravi", "siebe")),
        "ravi": Scene(Ending.IN_HAND, 6, 4.6, audience="cohort", givers=("siebe", "koen")),
        "siebe": Scene(Ending.APPROVED, 14, 12, audience="cohort", givers=("ravi", "koen")),
        "esmee": Scene(Ending.STARTED, 1.4),
        "jerome": Scene(Ending.WITHDRAWN, 6, 3),
        "hanne": Scene(Ending.WAITING, 5, 2.3, audience="trainer"),
        "sirin": Scene(Ending.WAITING, 4, 1.6, audience="trainer"),
        "iris": Scene(Ending.STARTED, 0.7),
    }
    return {(who, slug): scene for who, scene in scenes.items()} | {
        ("nour", "m2a-reflectie"): Scene(Ending.WAITING, 9, 6.8)
    }


def _masterclass(today: date) -> Story:
    starts_on = next_tuesday(today + timedelta(days=15))
    meetings = tuple(working(starts_on + timedelta(weeks=week)) for week in (5, 10, 15, 20, 25, 30))
    names = [
        "tijn",
        "noelle",
        "greet",
        "roos",
        "merel",
        "annet",
        "saar",
        "wiebe",
        "carlijn",
        "malgorzata",
        "zoe",
        "janneke",
        "mo",
        "bram",
        "pien",
        "ottoline",
        "jorrit",
        "ines",
        "hilde",
        "murat",
        "sanne",
        "dirkjan",
        "bo",
    ]
    accept = [Part(who, _PACES[place % 3], answers=_DAYS[place % 7]) for place, who in enumerate(names)]
    silent = [
        Part(who, answers=days)
        for who, days in (("gijs", 17), ("elske", 22), ("ferry", None), ("thirza", None))
    ]
    waiting = [Part("kees", answers=8), Part("lotus", answers=None)]
    return Story(
        key="masterclass",
        name=f"Masterclass {starts_on.year}–{starts_on.year + 1}",
        programme="masterclass",
        starts_on=starts_on,
        ends_on=meetings[-1] + timedelta(days=14),
        meetings=meetings,
        made_on=today - timedelta(days=13),
        capacity=28,
        trainers=("marijke", "anneloes"),
        parts=(*accept, *silent, Part("rachid", answers=4, declines=True), *waiting),
        groups={
            "Sluis": ("roos", "carlijn", "merel", "jorrit"),
            "Dam": ("greet", "malgorzata", "tijn", "bram"),
            "Kade": ("noelle", "annet", "janneke", "ines"),
            "Steiger": ("saar", "mo", "pien", "hilde"),
            "Oever": ("wiebe", "zoe", "ottoline", "gijs"),
            "Vaart": ("murat", "bo", "elske", "ferry"),
            "Gracht": ("sanne", "dirkjan", "thirza", "rachid", "kees", "lotus"),
        },
        place="ROC Zilverkade, de Kapzolder",
    )


_PACES = (Pace.STEADY, Pace.EARLY, Pace.LATE)
_DAYS = (1, 2, 0, 3, 6, 1, 8)
