"""Dates and times as people write them: "donderdag 19 november, 17.00 uur", always on the wall clock of Amsterdam.

Pages and mails share them, so this file knows no web framework; web/dates.py offers them to the pages.
"""

from datetime import date, datetime, timedelta
from functools import cache

from babel import Locale

from peergang.core import clock
from peergang.core.i18n import current_locale, gettext, ngettext


@cache
def _names(locale: str, kind: str, width: str) -> dict[int, str]:
    """Names of months or days; looked up once, because Babel's formatter costs 30 µs a date."""
    found = getattr(Locale.parse(locale), kind)["format"][width]
    return {number: str(name).rstrip(".") for number, name in found.items()}


def _day(moment: date | datetime) -> date:
    return clock.local_date(moment) if isinstance(moment, datetime) else moment


def month_short(moment: date | datetime) -> str:
    """ "nov": for the little calendar leaf."""
    return _names(current_locale(), "months", "abbreviated")[_day(moment).month]


def day_month(moment: date | datetime) -> str:
    """ "19 november"."""
    day = _day(moment)
    return f"{day.day} {_names(current_locale(), 'months', 'wide')[day.month]}"


def month_year(moment: date | datetime) -> str:
    """ "november 2026"."""
    day = _day(moment)
    return f"{_names(current_locale(), 'months', 'wide')[day.month]} {day.year}"


def date_full(moment: date | datetime) -> str:
    """ "19 november 2026"."""
    return f"{day_month(moment)} {_day(moment).year}"


def weekday_date(moment: date | datetime) -> str:
    """ "donderdag 19 november"."""
    day = _day(moment)
    return f"{_names(current_locale(), 'days', 'wide')[day.weekday()]} {day_month(day)}"


def clock_time(moment: datetime) -> str:
    """ "17.00 uur", or "17:00" in English."""
    here = clock.local(moment)
    return gettext("%(hour)02d.%(minute)02d uur", hour=here.hour, minute=here.minute)


def moment_full(moment: datetime) -> str:
    """ "donderdag 19 november, 17.00 uur"."""
    return f"{weekday_date(moment)}, {clock_time(moment)}"


def time_range(start: datetime, end: datetime) -> str:
    """ "13.30 – 16.30 uur"."""
    here = clock.local(start)
    begin = gettext("%(hour)02d.%(minute)02d", hour=here.hour, minute=here.minute)
    return f"{begin} – {clock_time(end)}"


def relative_day(moment: datetime, now: datetime) -> str:
    """How far away a day is, in words: "vandaag", "morgen", "over 3 dagen", "gisteren", "4 dagen geleden"."""
    days = (clock.local_date(moment) - clock.local_date(now)) // timedelta(days=1)
    near = {0: gettext("vandaag"), 1: gettext("morgen"), -1: gettext("gisteren")}
    if days in near:
        return near[days]
    if days > 0:
        return ngettext("over %(num)s dag", "over %(num)s dagen", days)
    return ngettext("%(num)s dag geleden", "%(num)s dagen geleden", -days)


def iso_week(moment: datetime) -> int:
    """The week number as Dutch calendars count it (ISO 8601)."""
    return clock.local_date(moment).isocalendar().week
