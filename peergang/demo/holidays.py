"""School holidays for the demo: an example to change, no source. What counts is what an organiser enters."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from peergang.cohorts.actions.free_periods import add_free_period
from peergang.cohorts.rules.free import Period
from peergang.core.permissions import Actor

HOLIDAYS = (
    Period("Herfstvakantie", "noord", date(2026, 10, 10), date(2026, 10, 18)),
    Period("Herfstvakantie", "midden", date(2026, 10, 17), date(2026, 10, 25)),
    Period("Herfstvakantie", "zuid", date(2026, 10, 17), date(2026, 10, 25)),
    Period("Kerstvakantie", "", date(2026, 12, 19), date(2027, 1, 3)),
    Period("Voorjaarsvakantie", "noord", date(2027, 2, 20), date(2027, 2, 28)),
    Period("Voorjaarsvakantie", "midden", date(2027, 2, 20), date(2027, 2, 28)),
    Period("Voorjaarsvakantie", "zuid", date(2027, 2, 13), date(2027, 2, 21)),
    Period("Meivakantie", "", date(2027, 4, 24), date(2027, 5, 2)),
    Period("Zomervakantie", "noord", date(2027, 7, 10), date(2027, 8, 22)),
    Period("Zomervakantie", "midden", date(2027, 7, 17), date(2027, 8, 29)),
    Period("Zomervakantie", "zuid", date(2027, 7, 24), date(2027, 9, 5)),
)


def keep_holidays(session: Session, organiser: Actor, *, now: datetime) -> None:
    """Enter one school year by hand, as an organiser does; the next one is theirs to copy and correct."""
    for one in HOLIDAYS:
        add_free_period(session, organiser, one, now=now)
